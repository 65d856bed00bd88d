import { expect, it } from 'vitest'
import * as Csv from './Csv'

it.each([
  ['plain text', 'plain text'],
  ['', ''],
  ['a,b', '"a,b"'],
  ['say "yes"', '"say ""yes"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', '-1'],
  ['-0.000001', '-0.000001'],
  ['-1+2', `"'-1+2"`],
  ['-1\n=2', `"'-1\n=2"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  [' =1', `"' =1"`],
  ['\n=HYPERLINK("http://evil.example","x")', `"'\n=HYPERLINK(""http://evil.example"",""x"")"`],
  ['0xabc', '0xabc'],
  ['0.01', '0.01'],
])('writes %j as %s', (text, cell) => {
  expect(Csv.cell(text)).toBe(cell)
})

it('ends a line as the standard says', () => {
  expect(Csv.line(['a', 'b,c', '=d'])).toBe(`a,"b,c","'=d"\r\n`)
})
