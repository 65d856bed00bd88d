/** The result of the verifier. Written for people: each check is a sentence. */

export type VerdictCheck = { ok: boolean; text: string }

/** The first changed leaf; a range if the leaf hashes were rewritten too. */
export type BadLeaf = {
  /** Index in the log, decimal; both included. */
  from: string
  to: string
  /** Position in the trail, if the leaf still states it. */
  seq?: string
  why: string
}

export type Verdict = {
  /** Everything that could be checked is right. */
  ok: boolean
  kind: 'whole export' | 'filtered export' | 'receipt' | 'closed month' | 'unknown'
  /** How many leaves were hashed. */
  leaves: number
  checkpoint?: { origin: string; size: string; root: string }
  /** The key that the signatures were checked with. */
  key?: string
  checks: VerdictCheck[]
  firstBad?: BadLeaf
  /** How many leaves were found bad. */
  bad: number
}

/** "leaf 5 (event 17)", "a leaf from 5 to 9". */
export function nameBad({ from, to, seq }: BadLeaf): string {
  if (from !== to) return `a leaf from ${from} to ${to}`
  return seq === undefined ? `leaf ${from}` : `leaf ${from} (event ${seq})`
}

/** "1 leaf", "2,048 leaves". */
export function countLeaves(count: number | bigint): string {
  return `${count.toLocaleString('en')} ${BigInt(count) === 1n ? 'leaf' : 'leaves'}`
}
