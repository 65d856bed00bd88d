import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Merkle from './Merkle'

const leafOf = (index: number) => Merkle.hashLeaf(Uint8Array.of(index >> 8, index & 255))

/** Root by the words of RFC 6962 2.1, which know no frontier. */
function rootByDefinition(leaves: readonly Merkle.MerkleHash[]): Merkle.MerkleHash {
  if (leaves.length === 1) return leaves[0]!
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return Merkle.hashNode(rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)))
}

const all = Array.from({ length: 700 }, (_, index) => leafOf(index))
const rootOf = ({ start, end }: Merkle.LeafRange) => rootByDefinition(all.slice(Number(start), Number(end)))
const at = (size: bigint) => ({ size, root: rootOf({ start: 0n, end: size }) })

const pair = fc
  .tuple(fc.integer({ min: 1, max: all.length }), fc.nat())
  .map(([size, at]) => ({ size: BigInt(size), index: BigInt(at % size) }))
const flip = (path: readonly Merkle.MerkleHash[], which: number) =>
  path.map((hash, index) =>
    index === which % path.length ? hash.map((byte, place) => (place === 0 ? byte ^ 1 : byte)) : hash,
  )

test('a grown tree has the root of the definition, and tells every subtree it completes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: all.length }), (size) => {
      const told: { node: Merkle.MerkleNode; hash: Merkle.MerkleHash }[] = []
      const tree = all
        .slice(0, size)
        .reduce((grown, leaf) => Merkle.append(grown, leaf, (node, hash) => told.push({ node, hash })), Merkle.empty)
      expect(Merkle.rootOf(tree)).toEqual(rootOf({ start: 0n, end: BigInt(size) }))
      for (const { node, hash } of told.slice(-12)) {
        const start = node.index << BigInt(node.level)
        expect(hash).toEqual(rootOf({ start, end: start + (1n << BigInt(node.level)) }))
      }
      const whole = [...Array(10).keys()].reduce((sum, level) => sum + (size >> (level + 1)), 0)
      expect(told).toHaveLength(whole)
    }),
    { numRuns: 60 },
  )
})

test('every leaf has a proof, and none for another place, leaf or root', () => {
  fc.assert(
    fc.property(pair, fc.nat(), ({ size, index }, which) => {
      const path = Merkle.inclusionPath(index, size).map(rootOf)
      const leaf = all[Number(index)]!
      expect(Merkle.verifyInclusion(leaf, index, at(size), path)).toBe(true)
      expect(Merkle.verifyInclusion(leafOf(Number(index) + 1_000), index, at(size), path)).toBe(false)
      if (size > 1n) expect(Merkle.verifyInclusion(leaf, (index + 1n) % size, at(size), path)).toBe(false)
      if (path.length > 0) expect(Merkle.verifyInclusion(leaf, index, at(size), flip(path, which))).toBe(false)
    }),
    { numRuns: 300 },
  )
})

test('every older tree is consistent with a newer one, and no other tree is', () => {
  fc.assert(
    fc.property(pair, fc.nat(), ({ size, index }, which) => {
      const older = at(index + 1n)
      const path = Merkle.consistencyPath(older.size, size).map(rootOf)
      expect(Merkle.verifyConsistency(older, at(size), path)).toBe(true)
      const forked = { size: older.size, root: rootByDefinition([...all.slice(0, Number(index)), leafOf(9_999)]) }
      expect(Merkle.verifyConsistency(forked, at(size), path)).toBe(false)
      if (path.length > 0) expect(Merkle.verifyConsistency(older, at(size), flip(path, which))).toBe(false)
    }),
    { numRuns: 300 },
  )
})

test('a range is put together from perfect subtrees', () => {
  fc.assert(
    fc.property(pair, ({ size, index }) => {
      for (const range of [...Merkle.inclusionPath(index, size), ...Merkle.consistencyPath(index + 1n, size)]) {
        const nodes = Merkle.nodesOf(range)
        const roots = nodes.map(({ level, index: at }) =>
          rootOf({ start: at << BigInt(level), end: (at + 1n) << BigInt(level) }),
        )
        expect(Merkle.join(roots)).toEqual(rootOf(range))
      }
    }),
    { numRuns: 100 },
  )
})
