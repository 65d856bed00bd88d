import { describe, expect, test } from 'vitest'
import * as Bytes from './Bytes'
import * as Merkle from './Merkle'

// The reference tree of certificate-transparency: eight leaves, their roots, and proofs over them.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const second = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'
const pair = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e'
const upperHalf = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'
const fifth = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'
const lastPair = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0'
const thirdPair = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a'

const hashes = leaves.map((leaf) => Merkle.hashLeaf(Bytes.fromHex(leaf)))

const rootOf = ({ start, end }: Merkle.LeafRange) =>
  Bytes.toHex(
    Merkle.rootOf(
      hashes.slice(Number(start), Number(end)).reduce((tree, leaf) => Merkle.append(tree, leaf), Merkle.empty),
    ),
  )

test.each(roots.map((root, index) => [index + 1, root]))('the root of %d leaves', (size, root) => {
  expect(rootOf({ start: 0n, end: BigInt(size) })).toBe(root)
})

test('the root of no leaves is the hash of nothing', () => {
  expect(Bytes.toHex(Merkle.rootOf(Merkle.empty))).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  )
})

describe('inclusion', () => {
  test.each([
    [0n, 1n, []],
    [0n, 8n, [second, pair, upperHalf]],
    [5n, 8n, [fifth, lastPair, roots[3]]],
    [2n, 3n, [roots[1]]],
    [1n, 5n, [roots[0], pair, fifth]],
  ])('leaf %d of %d', (index, size, path) => {
    expect(Merkle.inclusionPath(index, size).map(rootOf)).toEqual(path)
    const tree = { size, root: Bytes.fromHex(roots[Number(size) - 1]!) }
    expect(
      Merkle.verifyInclusion(
        hashes[Number(index)]!,
        index,
        tree,
        path.map((hash) => Bytes.fromHex(hash!)),
      ),
    ).toBe(true)
  })

  test('not of another leaf, place, size or path', () => {
    const path = [second, pair, upperHalf].map(Bytes.fromHex)
    const tree = { size: 8n, root: Bytes.fromHex(roots[7]!) }
    expect(Merkle.verifyInclusion(hashes[1]!, 0n, tree, path)).toBe(false)
    expect(Merkle.verifyInclusion(hashes[0]!, 1n, tree, path)).toBe(false)
    expect(Merkle.verifyInclusion(hashes[0]!, 8n, tree, path)).toBe(false)
    expect(Merkle.verifyInclusion(hashes[0]!, 0n, { ...tree, size: 16n }, path)).toBe(false)
    expect(Merkle.verifyInclusion(hashes[0]!, 0n, tree, path.slice(1))).toBe(false)
    expect(Merkle.verifyInclusion(hashes[0]!, 0n, tree, [...path, path[0]!])).toBe(false)
  })

  test('there is no path for a leaf that is not there', () => {
    expect(() => Merkle.inclusionPath(8n, 8n)).toThrow(RangeError)
    expect(() => Merkle.inclusionPath(-1n, 8n)).toThrow(RangeError)
  })
})

describe('consistency', () => {
  test.each([
    [1n, 1n, []],
    [0n, 8n, []],
    [1n, 8n, [second, pair, upperHalf]],
    [6n, 8n, [thirdPair, lastPair, roots[3]]],
    [2n, 5n, [pair, fifth]],
  ])('%d in %d', (from, to, path) => {
    expect(Merkle.consistencyPath(from, to).map(rootOf)).toEqual(path)
    const at = (size: bigint) => ({ size, root: Bytes.fromHex(rootOf({ start: 0n, end: size })) })
    expect(
      Merkle.verifyConsistency(
        at(from),
        at(to),
        path.map((hash) => Bytes.fromHex(hash!)),
      ),
    ).toBe(true)
  })

  test('a tree does not shrink', () => {
    expect(() => Merkle.consistencyPath(8n, 7n)).toThrow(RangeError)
    const at = (size: number) => ({ size: BigInt(size), root: Bytes.fromHex(roots[size - 1]!) })
    expect(Merkle.verifyConsistency(at(8), at(7), [])).toBe(false)
  })
})
