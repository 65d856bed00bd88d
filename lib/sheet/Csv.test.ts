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

it.each([
  [
    'a,b\nc,d',
    [
      [1, 'a', 'b'],
      [2, 'c', 'd'],
    ],
  ],
  [
    'a;b,c;d\r\n\r\n e ;f;',
    [
      [1, 'a', 'b,c', 'd'],
      [3, 'e', 'f', ''],
    ],
  ],
  [
    '"a ""b"""\t"two\nlines"\nc\td',
    [
      [1, 'a "b"', 'two\nlines'],
      [3, 'c', 'd'],
    ],
  ],
  ['\uFEFFa,b\n', [[1, 'a', 'b']]],
  ['', []],
  ['"never closed, x\ny', [[1, 'never closed, x\ny']]],
])('reads %j', (text, records) => {
  expect(Csv.parse(text).map(({ line, cells }) => [line, ...cells])).toEqual(records)
})

it('reads what it writes', () => {
  const cells = ['a,b', 'say "yes"', 'two\nlines', '', '0.01', 'x;y']
  expect(Csv.parse(Csv.line(cells))[0]?.cells).toEqual(cells)
})
