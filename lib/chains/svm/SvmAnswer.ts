/** What is asked of a Solana cluster. All of it goes through the pool: the best endpoint, the next one when it fails. */

/** Where a signature stands. */
export type SignatureStatus = {
  slot: bigint
  /** What made it fail, as the node writes it; null when it ran. */
  err: unknown
  level: 'processed' | 'confirmed' | 'finalized'
}

export type StatusAnswer = { slot: number; err: unknown; confirmationStatus: SignatureStatus['level'] | null } | null

export type InContext<Value> = { context: { slot: number }; value: Value }

export function toStatus({ slot, err, confirmationStatus }: NonNullable<StatusAnswer>): SignatureStatus {
  return { slot: BigInt(slot), err: err ?? null, level: confirmationStatus ?? 'finalized' }
}

export type SvmHead = { absoluteSlot: number; blockHeight: number }

/** In a list of an account's transactions, newest first. Its time is in seconds; null when the node has forgotten it. */
export type ListedSignature = { signature: string; blockTime: number | null }

export const isSince = ({ blockTime }: ListedSignature, sinceMs: number) =>
  blockTime === null || blockTime * 1000 >= sinceMs

export const accountSizeMin = 165

/** What a token account holds; undefined where there is none. */
export type TokenHolding = { mint: string; owner: string; amountBase: bigint; isFrozen: boolean; program: string }

export type TokenAccountAnswer = { data: [string, 'base64']; owner: string } | null

export type SvmSimulation = { err: unknown; logs: readonly string[] | null; unitsConsumed?: number }
