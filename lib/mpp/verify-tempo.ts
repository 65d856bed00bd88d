import { Errors } from 'mppx'
import { tempo } from 'mppx/server'
import { createClient, custom, defineChain, type Address } from 'viem'
import type { Instrument } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type * as Challenge from './Challenge'
import type * as Credential from './Credential'
import * as TempoTransaction from './TempoTransaction'

/** Time that a broadcast needs. Clients sign transactions that live for 25 s. */
const leftMsMin = 2_000

type TempoCredential = Extract<Credential.MppCredential, { method: 'tempo' }>

/**
 * Verifies a `tempo` charge credential. Our part checks what the payer signed: network, expiry, fee, sender. mppx
 * checks that the calls make exactly the requested transfer and carry the challenge's memo.
 * @throws AppError verification-failed | payment-expired
 */
export async function verifyTempo(
  credential: TempoCredential,
  offer: Challenge.ChainOffer,
  nowMs: number,
  quoteExpiresAtMs: number,
): Promise<Instrument> {
  const { transaction } = credential
  if (`eip155:${transaction.chainId}` !== offer.network) throw failed('The transaction is for another network.')
  if (transaction.isSponsored)
    throw failed('The transaction leaves its fee to another account: here the payer pays it.')
  if (transaction.validAfterMs > nowMs)
    throw new AppError('payment-expired', 'The transaction is not valid yet (validAfter).')
  if (transaction.validBeforeMs < nowMs + leftMsMin)
    throw new AppError('payment-expired', 'The transaction has expired or is about to (validBefore).')
  if (transaction.validBeforeMs > quoteExpiresAtMs + leftMsMin)
    throw failed('The transaction outlives the challenge (validBefore).')
  const isPaid = TempoTransaction.transfers(transaction, offer.asset.address).some(
    ({ to, amountBase }) => to === offer.payTo.toLowerCase() && amountBase === offer.amountBase,
  )
  if (!isPaid) throw failed('The transaction does not make the transfer that the challenge asks.')
  await validate(credential, offer)
  return {
    kind: 'raw',
    from: transaction.from,
    to: offer.payTo.toLowerCase() as Address,
    value: offer.amountBase.toString(),
    bytes: transaction.bytes,
    hash: transaction.hash,
    expiresAtMs: transaction.validBeforeMs,
  }
}

/**
 * mppx's own validation. It ends with a simulation, which lib/execution does later. So its client has no network and
 * answers that one call with "no error".
 */
async function validate({ challenge, payload, source }: TempoCredential, offer: Challenge.ChainOffer): Promise<void> {
  const charge = tempo.charge({
    currency: offer.asset.address,
    recipient: offer.payTo,
    getClient: ({ chainId }) => offline(chainId ?? 0),
  })
  const credential = { challenge, payload, ...(source !== undefined && { source }) }
  try {
    await charge.validate?.({
      credential,
      request: challenge.request,
    } as unknown as Parameters<NonNullable<typeof charge.validate>>[0])
  } catch (cause) {
    if (cause instanceof Errors.PaymentExpiredError) throw new AppError('payment-expired', cause.message, { cause })
    const reason = cause instanceof Errors.PaymentError ? cause.message.split('\n')[0] : undefined
    throw new AppError('verification-failed', reason ?? 'The transaction does not verify.', { cause })
  }
}

function offline(chainId: number) {
  const chain = defineChain({
    id: chainId,
    name: 'offline',
    nativeCurrency: { name: 'none', symbol: 'NONE', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  })
  const request = async ({ method }: { method: string }) => {
    if (method === 'eth_call') return '0x'
    throw new TypeError(`${method} must not be needed to check a credential`)
  }
  return createClient({ chain, transport: custom({ request }, { retryCount: 0 }) })
}

function failed(message: string): AppError {
  return new AppError('verification-failed', message)
}
