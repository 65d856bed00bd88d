import { expect, test } from 'vitest'
import * as Filter from './Filter'
import * as Page from './Page'

const shape = {
  status: Filter.anyOf(['delivered', 'voided']),
  payer: Filter.addressStart,
  min: Filter.dollars,
  from: Filter.moment,
}

test('reads what it knows and tells what it left out', () => {
  const { values, ask, query, ignored } = Filter.read(shape, {
    status: 'voided,delivered,voided',
    payer: ' 0xABCDef ',
    min: '0.000025',
    from: '2026-02-30',
    size: '50',
    nonsense: '1',
  })
  expect(values).toEqual({ status: ['voided', 'delivered'], payer: '0xabcdef', min: 25n, size: 50 })
  expect(ask).toEqual({ size: 50 })
  expect(Object.keys(query)).toEqual(['status', 'payer', 'min', 'size'])
  expect(ignored).toEqual(['from=2026-02-30', 'nonsense=1'])
})

test.each([
  { status: 'delivered,none' },
  { status: '' + 'x'.repeat(5000) },
  { payer: "0x'; drop table payment" },
  { min: '1e3' },
  { min: '-1' },
  { size: '26' },
  { after: 'garbage' },
  { after: Buffer.from('[1e99,"a"]').toString('base64url') },
  { __proto__x: 'a', constructor: 'b' },
] as Filter.FilterParams[])('never throws: %j', (params) => {
  const { ignored, ask } = Filter.read(shape, params)
  expect(ignored).toHaveLength(Object.keys(params).length)
  expect(ask).toEqual({ size: 25 })
})

test('a changed filter goes back to the first page, a turned page keeps the filters', () => {
  const query = { status: 'voided', after: 'abc', size: '50' }
  expect(Filter.href('/payments', query, { status: undefined })).toBe('/payments?size=50')
  expect(Filter.href('/payments', query, { before: 'def' })).toBe('/payments?status=voided&size=50&before=def')
  expect(Filter.href('/payments', {}, {})).toBe('/payments')
})

test('days are whole UTC days, and minutes whole minutes', () => {
  expect(Filter.between('2026-11-21T18:05', '2026-11-21T18:06')).toEqual({
    gte: new Date('2026-11-21T18:05:00Z'),
    lt: new Date('2026-11-21T18:07:00Z'),
  })
  for (const moment of ['2026-11-21T18:05', '2026-11-21']) expect(Filter.moment.safeParse(moment).success).toBe(true)
  for (const other of ['2026-11-21T18:05:01', '2026-11-21T25:00', '2026-11-21T18:05Z', '2026-11-31'])
    expect(Filter.moment.safeParse(other).success).toBe(false)
  expect(Filter.between('2026-11-21', '2026-11-21')).toEqual({
    gte: new Date('2026-11-21T00:00:00Z'),
    lt: new Date('2026-11-22T00:00:00Z'),
  })
  expect(Filter.between()).toBeUndefined()
})

test('cursors survive a URL', () => {
  const cursor = { atMs: 1_795_305_600_123, id: '9b2f9f6e-6d7b-4c86-9a6e-0a3f3c1c2b1a' }
  expect(Page.decode(Page.encode(cursor))).toEqual(cursor)
  expect(Page.encode(cursor)).toMatch(/^[\w-]+$/)
})
