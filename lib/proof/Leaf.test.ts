import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import * as Bytes from './Bytes'
import * as Leaf from './Leaf'

// The example of RFC 8785, 3.2.4.
test('canonical JSON is that of RFC 8785', () => {
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  }
  expect(Leaf.canonical(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test('names are sorted by UTF-16 code units', () => {
  const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
  expect(Object.values(JSON.parse(Leaf.canonical(names)) as object)).toHaveLength(7)
  expect(Leaf.canonical(names)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}')
})

const document: Leaf.LeafDocument = {
  version: 1,
  seq: '17',
  at: '2026-11-22T12:00:00.000Z',
  type: 'api_key.created',
  actor: { kind: 'member', id: Leaf.commit(Leaf.actorField, { salt: 'aa', value: '0x1' }), requestId: 'r' },
  data: { name: Leaf.commit('name', { salt: 'bb', value: 'ci' }), scopes: ['audit:read'] },
}

test('the hash of a leaf is SHA-256 of a zero byte and its canonical JSON', () => {
  const expected = createHash('sha256').update('\0').update(Leaf.canonical(document)).digest('hex')
  expect(Bytes.toHex(Leaf.hashOf(document))).toBe(expected)
  const { data, ...rest } = document
  expect(Leaf.hashOf({ data, ...rest })).toEqual(Leaf.hashOf(document))
})

test('a disclosure shows its value, and only the one that was committed to', () => {
  const disclosed = { 'actor.id': { salt: 'aa', value: '0x1' }, name: { salt: 'bb', value: 'ci' } }
  expect(Leaf.findFalse(document, disclosed)).toBeUndefined()
  expect(Leaf.reveal(document, disclosed)).toEqual({
    actor: { kind: 'member', id: '0x1', requestId: 'r' },
    data: { name: 'ci', scopes: ['audit:read'] },
  })
  expect(Leaf.findFalse(document, { name: { salt: 'bb', value: 'cd' } })).toBe('name')
  expect(Leaf.findFalse(document, { name: { salt: 'bc', value: 'ci' } })).toBe('name')
  expect(Leaf.findFalse(document, { scopes: { salt: 'bb', value: ['audit:read'] } })).toBe('scopes')
})

test('what is not disclosed any more is shown as redacted', () => {
  expect(Leaf.reveal(document, {})).toEqual({
    actor: { kind: 'member', id: 'redacted', requestId: 'r' },
    data: { name: 'redacted', scopes: ['audit:read'] },
  })
})
