/** Answers of a Solana cluster, as its nodes write them and as this folder returns them. */

/** The status of a signature. */
export type SignatureStatus = {
  slot: bigint
  /** The error as the node writes it; null if it ran. */
  err: unknown
  level: 'processed' | 'confirmed' | 'finalized'
}

export type StatusAnswer = { slot: number; err: unknown; confirmationStatus: SignatureStatus['level'] | null } | null

export type InContext<Value> = { context: { slot: number }; value: Value }

export function toStatus({ slot, err, confirmationStatus }: NonNullable<StatusAnswer>): SignatureStatus {
  return { slot: BigInt(slot), err: err ?? null, level: confirmationStatus ?? 'finalized' }
}

export type SvmHead = { absoluteSlot: number; blockHeight: number }

/** An entry in the list of an account's transactions. Its time is in seconds; null if the node has forgotten it. */
export type ListedSignature = { signature: string; blockTime: number | null }

export const isSince = ({ blockTime }: ListedSignature, sinceMs: number) =>
  blockTime === null || blockTime * 1000 >= sinceMs

export const accountSizeMin = 165

/** The content of a token account; undefined if there is none. */
export type TokenHolding = { mint: string; owner: string; amountBase: bigint; isFrozen: boolean; program: string }

export type TokenAccountAnswer = { data: [string, 'base64']; owner: string } | null

export type SvmSimulation = { err: unknown; logs: readonly string[] | null; unitsConsumed?: number }
