import { describe, expect, test } from 'vitest'
import * as AbiSize from './AbiSize'

/** Structs that each hold the next one twice: 2^levels components. */
const doubling = (levels: number) => [
  ...Array.from({ length: levels }, (_, level) => `struct S${level} { S${level + 1} a; S${level + 1} b; }`),
  `struct S${levels} { uint256 a; }`,
  'function put(S0 value)',
]
const uint = { type: 'uint256', name: 'a' }
const nested = (depth: number): object =>
  Array.from({ length: depth }).reduce<object>((inner) => ({ type: 'tuple', components: [inner] }), uint)
const items = (...inputs: unknown[]) => [{ type: 'function', name: 'put', inputs }]

describe('lines', () => {
  test.each([
    ['structs that double', doubling(24), /more than 8192 parameters/],
    ['a struct that holds itself', ['struct A { B b; }', 'struct B { A a; }', 'function put(A a)'], /more than 8192/],
    ['a line of great length', [`function put(${'uint256, '.repeat(500)}uint256)`], /4096 characters/],
    ['tuples within tuples', [`function put(${'('.repeat(40)}uint256 a${')'.repeat(40)} b)`], /16 deep/],
    ['many lines', Array.from({ length: 501 }, () => 'function put()'), /500 lines/],
  ])('%s are refused without being written out', (_, lines, words) => {
    expect(() => AbiSize.assertLines(lines)).toThrow(words)
  })

  test('those of a contract are taken', () => {
    expect(() => AbiSize.assertLines(doubling(6))).not.toThrow()
    const functions = Array.from({ length: 400 }, (_, n) => `function f${n}(address to, uint256 amount, string note)`)
    expect(() => AbiSize.assertLines(functions)).not.toThrow()
  })
})

describe('items', () => {
  test.each([
    ['depth', items(nested(20_000)), /16 deep/],
    ['components', items(...Array.from({ length: 9_000 }, () => uint)), /more than 8192/],
    ['a fixed length', items({ type: 'uint8[4294967295]' }), /1 to 1024 elements/],
    ['fixed lengths together', items({ type: 'uint8[1000][1000]' }), /1 to 1024 elements/],
    ['elements without bytes', items({ type: 'uint8[0][]' }), /1 to 1024 elements/],
    ['tuples without bytes', items({ type: 'tuple[]', components: [] }), /needs components/],
    ['lists of lists', items({ type: `uint8${'[]'.repeat(100)}` }), /128 characters/],
    ['no type', items({ name: 'a' }), /its type/],
  ])('%s without bound is refused', (_, given, words) => {
    expect(() => AbiSize.assertItems(given)).toThrow(words)
  })

  test('those of a contract are taken', () => {
    expect(() => AbiSize.assertItems(items(uint, nested(5), { type: 'bytes32[4][2]' }))).not.toThrow()
  })
})
