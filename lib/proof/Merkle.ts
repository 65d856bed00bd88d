import { sha256 } from '@noble/hashes/sha2'
import { equal } from './Bytes'

/**
 * The Merkle tree of RFC 6962 over SHA-256: roots, inclusion and consistency proofs, and their verification as in RFC 9162.
 * Indexes and sizes count leaves. Pure and synchronous: the server, the command line and the page run this code.
 */

export type MerkleHash = Uint8Array

/** Perfect subtree of 2^level leaves that begins at leaf index × 2^level. */
export type MerkleNode = { level: number; index: bigint }

/** Leaves from `start` up to but without `end`. */
export type LeafRange = { start: bigint; end: bigint }

/** A tree that only grows: its size, and the roots of the perfect subtrees of that size, left to right. */
export type MerkleTree = { size: bigint; frontier: MerkleHash[] }

/** Nodes are stored every this many levels: a node between them is hashed from at most 2^8 of them. */
export const tileLevels = 8

export const empty: MerkleTree = { size: 0n, frontier: [] }

const emptyRoot = sha256(new Uint8Array(0))

/** Hash of a leaf; the prefix keeps a leaf from being taken for a node. */
export function hashLeaf(content: Uint8Array): MerkleHash {
  return sha256.create().update(Uint8Array.of(0)).update(content).digest()
}

export function hashNode(left: MerkleHash, right: MerkleHash): MerkleHash {
  const joined = new Uint8Array(65)
  joined[0] = 1
  joined.set(left, 1)
  joined.set(right, 33)
  return sha256(joined)
}

/** The tree with one more leaf. `onNode` gets every perfect subtree that it completes, the smallest first. */
export function append(
  tree: MerkleTree,
  leaf: MerkleHash,
  onNode?: (node: MerkleNode, hash: MerkleHash) => void,
): MerkleTree {
  const frontier = [...tree.frontier]
  let hash = leaf
  let index = tree.size
  for (let level = 1; index % 2n === 1n; level++) {
    const left = frontier.pop()
    if (!left) throw new Error('the frontier does not fit the size')
    hash = hashNode(left, hash)
    index /= 2n
    onNode?.({ level, index }, hash)
  }
  frontier.push(hash)
  return { size: tree.size + 1n, frontier }
}

/** Root of a tree; of an empty one, the hash of nothing. */
export function rootOf({ frontier }: MerkleTree): MerkleHash {
  return join(frontier) ?? emptyRoot
}

/** Root over the roots of perfect subtrees of falling size; undefined of none. */
export function join(hashes: readonly MerkleHash[]): MerkleHash | undefined {
  return hashes.length === 0 ? undefined : hashes.reduceRight((right, left) => hashNode(left, right))
}

/** The subtrees whose roots prove that leaf `index` is in the tree of `size` leaves, nearest first (RFC 6962 2.1.1). */
export function inclusionPath(index: bigint, size: bigint): LeafRange[] {
  if (index < 0n || index >= size) throw new RangeError('the leaf is not in the tree')
  const path: LeafRange[] = []
  for (let start = 0n, end = size; end - start > 1n;) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      path.push({ start: middle, end })
      end = middle
    } else {
      path.push({ start, end: middle })
      start = middle
    }
  }
  return path.toReversed()
}

/** The subtrees whose roots prove that the tree of `from` leaves is a prefix of that of `to` (RFC 6962 2.1.2). */
export function consistencyPath(from: bigint, to: bigint): LeafRange[] {
  if (from < 0n || from > to) throw new RangeError('a tree only grows')
  if (from === 0n || from === to) return []
  const path: LeafRange[] = []
  let start = 0n
  let end = to
  while (end !== from) {
    const middle = start + splitOf(end - start)
    if (from <= middle) {
      path.push({ start: middle, end })
      end = middle
    } else {
      path.push({ start, end: middle })
      start = middle
    }
  }
  // The reader knows the whole old tree.
  if (start > 0n) path.push({ start, end })
  return path.toReversed()
}

/** Largest power of two below `count`. */
function splitOf(count: bigint): bigint {
  return 1n << BigInt((count - 1n).toString(2).length - 1)
}

/** The perfect subtrees that a range of `inclusionPath` or `consistencyPath` is made of, left to right. */
export function nodesOf({ start, end }: LeafRange): MerkleNode[] {
  const nodes: MerkleNode[] = []
  for (let at = start; at < end;) {
    let level = (end - at).toString(2).length - 1
    while (at % (1n << BigInt(level)) !== 0n) level--
    nodes.push({ level, index: at >> BigInt(level) })
    at += 1n << BigInt(level)
  }
  return nodes
}

/** Whether leaf `index` has this hash in the tree (RFC 9162 2.1.3.2). */
export function verifyInclusion(
  leaf: MerkleHash,
  index: bigint,
  tree: { size: bigint; root: MerkleHash },
  path: readonly MerkleHash[],
) {
  if (index < 0n || index >= tree.size) return false
  let place = index
  let last = tree.size - 1n
  let root = leaf
  for (const hash of path) {
    if (last === 0n) return false
    if (place % 2n === 1n || place === last) {
      root = hashNode(hash, root)
      while (place % 2n === 0n && place !== 0n) {
        place >>= 1n
        last >>= 1n
      }
    } else root = hashNode(root, hash)
    place >>= 1n
    last >>= 1n
  }
  return last === 0n && equal(root, tree.root)
}

/** Whether the older tree is a prefix of the newer one (RFC 9162 2.1.4.2). */
export function verifyConsistency(
  older: { size: bigint; root: MerkleHash },
  newer: { size: bigint; root: MerkleHash },
  path: readonly MerkleHash[],
): boolean {
  if (older.size > newer.size) return false
  if (older.size === 0n) return path.length === 0 && equal(older.root, emptyRoot)
  if (older.size === newer.size) return path.length === 0 && equal(older.root, newer.root)
  const isPerfect = (older.size & (older.size - 1n)) === 0n
  const [first, ...rest] = isPerfect ? [older.root, ...path] : path
  if (!first) return false
  let place = older.size - 1n
  let last = newer.size - 1n
  while (place % 2n === 1n) {
    place >>= 1n
    last >>= 1n
  }
  let oldRoot = first
  let newRoot = first
  for (const hash of rest) {
    if (last === 0n) return false
    if (place % 2n === 1n || place === last) {
      oldRoot = hashNode(hash, oldRoot)
      newRoot = hashNode(hash, newRoot)
      while (place % 2n === 0n && place !== 0n) {
        place >>= 1n
        last >>= 1n
      }
    } else newRoot = hashNode(newRoot, hash)
    place >>= 1n
    last >>= 1n
  }
  return last === 0n && equal(oldRoot, older.root) && equal(newRoot, newer.root)
}
