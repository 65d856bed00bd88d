import { db, sql } from '@/lib/db'
import { Merkle } from '@/lib/proof'

/**
 * Proofs from the hashes that the sequencer stored: those of leaves, and the roots of perfect subtrees at every eighth level.
 * They are read in tiles of 256, so that a proof over any log reads a few tiles per level and never all leaves. If stored
 * hashes are damaged there is no proof, or one that does not verify.
 */

const { tileLevels } = Merkle
const tileWidth = 1n << BigInt(tileLevels)

export async function hashRanges(paths: readonly Merkle.LeafRange[][]): Promise<(Merkle.MerkleHash[] | undefined)[]> {
  const wanted = new Set(paths.flat().flatMap((range) => Merkle.nodesOf(range).map(tileOf)))
  const hashAt = createTree(await readTiles(wanted))
  const rootOf = (range: Merkle.LeafRange) => {
    const hashes = Merkle.nodesOf(range).map(({ level, index }) => hashAt(level, index))
    return isWhole(hashes) ? Merkle.join(hashes) : undefined
  }
  return paths.map((path) => {
    const proof = path.map(rootOf)
    return isWhole(proof) ? proof : undefined
  })
}

function isWhole(hashes: readonly (Merkle.MerkleHash | undefined)[]): hashes is Merkle.MerkleHash[] {
  return !hashes.includes(undefined)
}

/** "level:tile" of the stored hashes that a node is computed from. */
function tileOf({ level, index }: Merkle.MerkleNode): string {
  const base = level - (level % tileLevels)
  return `${base}:${(index << BigInt(level - base)) / tileWidth}`
}

type Stored = { level: number; index: bigint; hash: Buffer }

async function readTiles(tiles: ReadonlySet<string>): Promise<Stored[]> {
  const asked = [...tiles].map((tile) => tile.split(':').map(BigInt) as [bigint, bigint])
  const leaves = asked.filter(([level]) => level === 0n).map(([, tile]) => tile * tileWidth)
  const nodes = asked.filter(([level]) => level > 0n)
  const read = [
    leaves.length > 0 &&
      db.query<Stored>(sql`
        SELECT 0 AS level, l.index, l.hash FROM unnest(${leaves}::bigint[]) AS t(first)
        JOIN audit_leaf l ON l.index >= t.first AND l.index < t.first + ${tileWidth}`),
    nodes.length > 0 &&
      db.query<Stored>(sql`
        SELECT n.level, n.index, n.hash
        FROM unnest(${nodes.map(([level]) => level)}::int[], ${nodes.map(([, tile]) => tile * tileWidth)}::bigint[]) AS t(level, first)
        JOIN audit_node n ON n.level = t.level AND n.index >= t.first AND n.index < t.first + ${tileWidth}`),
  ]
  return (await Promise.all(read.map((rows) => rows || []))).flat()
}

/** The hash of any perfect subtree. Computed hashes are cached, because proofs share most of them. */
function createTree(stored: readonly Stored[]): (level: number, index: bigint) => Merkle.MerkleHash | undefined {
  const known = new Map<string, Merkle.MerkleHash>(stored.map(({ level, index, hash }) => [`${level}:${index}`, hash]))
  const hashAt = (level: number, index: bigint): Merkle.MerkleHash | undefined => {
    const name = `${level}:${index}`
    const found = known.get(name)
    if (found || level % tileLevels === 0) return found
    const [left, right] = [hashAt(level - 1, index * 2n), hashAt(level - 1, index * 2n + 1n)]
    if (!left || !right) return undefined
    const hash = Merkle.hashNode(left, right)
    known.set(name, hash)
    return hash
  }
  return hashAt
}
