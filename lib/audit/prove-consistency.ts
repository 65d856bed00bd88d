import { Merkle } from '@/lib/proof'
import { hashRanges } from './hash-ranges'

/** Proof that the tree of `from` leaves is a prefix of the tree of `to` leaves. @throws RangeError if it cannot be. */
export async function proveConsistency(from: bigint, to: bigint): Promise<Merkle.MerkleHash[] | undefined> {
  const [proof] = await hashRanges([Merkle.consistencyPath(from, to)])
  return proof
}
