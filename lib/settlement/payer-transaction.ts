import type { Hex } from 'viem'
import { simulateRaw, type Call } from '@/lib/chains'
import type { Protocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'

/** A payer's transaction as execution takes it: broadcast as it is. Pure. */
export function toRawCall(network: Caip2, { from, bytes, hash, expiresAtMs }: Protocol.PayerTransaction): Call {
  return { kind: 'raw', network, purpose: 'settlement', from, bytes, hash, expiresAtMs }
}

/**
 * Tries a payer's transaction at the newest block before anything of it is stored.
 * @throws AppError verification-failed when it would revert; unavailable when the chain cannot be read.
 */
export async function assertRuns(network: Caip2, { from, bytes }: Protocol.PayerTransaction): Promise<void> {
  const refusal = await simulateRaw(network, from, bytes).catch((cause: unknown) => {
    const options = { cause, headers: { 'Retry-After': '2' } }
    throw new AppError('unavailable', `${network} cannot be read at the moment. Nothing was charged.`, options)
  })
  if (refusal !== undefined)
    throw new AppError('verification-failed', `The signed transaction would not run: ${refusal}.`)
}

/** PostgreSQL's unique_violation: somebody else stored the same a moment earlier. */
export function isDuplicate(error: unknown): boolean {
  return (error as { code?: string }).code === '23505'
}

/** Nothing more than that the outcome is open, with the hash where there is one. */
export function unknown(hash: Hex | undefined): { kind: 'unknown'; hash?: Hex } {
  return hash === undefined ? { kind: 'unknown' } : { kind: 'unknown', hash }
}
