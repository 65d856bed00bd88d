import { estimateCall, signerFor, simulateRaw, type Call } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'

/**
 * The call that funds a channel. A payer's transaction is broadcast as it is. A deposit that the payer only signed is
 * sent by our signer, with high urgency, and given up when its authorization expires. Pure.
 */
export function toCall(network: Caip2, funding: ChannelProtocol.ChannelFunding): Call {
  const purpose = 'settlement' as const
  if ('bytes' in funding) return { kind: 'raw', network, purpose, ...funding }
  const { call, expiresAtMs: deadlineMs } = funding
  return { kind: 'call', network, purpose, ...call, value: 0n, terms: { urgency: 'fast', deadlineMs } }
}

/** Gas limit of a deposit that we send. A collector's transfer takes about 150,000. */
const depositGasMax = 400_000n

/**
 * Simulates the funding on the newest block, before any of it is stored.
 * @throws AppError verification-failed if it would revert, or would cost more gas than a deposit does; unavailable if
 * the chain cannot be read.
 */
export async function assertRuns(network: Caip2, funding: ChannelProtocol.ChannelFunding): Promise<void> {
  const refusal = await refusalOf(network, funding).catch((cause: unknown) => {
    const options = { cause, headers: { 'Retry-After': '2' } }
    throw new AppError('unavailable', `${network} cannot be read at the moment. Nothing was charged.`, options)
  })
  if (refusal !== undefined)
    throw new AppError('verification-failed', `The signed transaction would not run: ${refusal}.`)
}

async function refusalOf(network: Caip2, funding: ChannelProtocol.ChannelFunding): Promise<string | undefined> {
  if ('bytes' in funding) return simulateRaw(network, funding.from, funding.bytes)
  const signer = signerFor(network, 'settlement')
  if (!signer) throw new AppError('unavailable', `This server has no settlement key on ${network}.`)
  const estimate = await estimateCall(network, signer.address, funding.call)
  if ('refusal' in estimate) return estimate.refusal
  return estimate.gas > depositGasMax ? `it would take ${estimate.gas} gas` : undefined
}
