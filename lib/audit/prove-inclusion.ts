import { Merkle } from '@/lib/proof'
import { hashRanges } from './hash-ranges'

/** Inclusion proofs of leaves in the tree of `size` leaves, in order. @throws RangeError for a leaf that it does not have. */
export function proveInclusion(indexes: readonly bigint[], size: bigint): Promise<(Merkle.MerkleHash[] | undefined)[]> {
  return hashRanges(indexes.map((index) => Merkle.inclusionPath(index, size)))
}
