import { formatEther, type Hex } from 'viem'
import { Chain, readL1Fee, readRpc, RpcError } from '@/lib/chains'
import * as Attempt from '../Attempt'
import * as Fee from '../Fee'
import { missingFunds } from './missing-funds'
import { prepareCall, type PreparedCall } from './prepare-call'
import { readMarket } from '../networks/read-market'
import type * as Transaction from '../Transaction'

const selfSendGasMax = 300_000n
/** Signature, nonce, gas, fees and lengths of a transaction. */
const unknownBytes = 110

/** What an attempt offers the chain. `l1FeeWei` is what its bytes cost on the chain below, on networks that have one. */
export type FeeOffer = { fee: Fee.Fee; gas: bigint; legacy: boolean; l1FeeWei: bigint }

/** What a call needs before it can be signed, and what it offers for that; or why it cannot be signed. */
export type PricedCall =
  | { kind: 'ready'; offer: FeeOffer; simulation: Transaction.Simulation }
  | Exclude<PreparedCall, { kind: 'ready' }>

/**
 * Prepares a call, reads the market and looks whether its cap and its signer's funds allow it. Reads only.
 * @throws TransportError when the chain cannot be read: that says nothing about the call.
 */
export async function priceCall(transaction: Transaction.Transaction): Promise<PricedCall> {
  const [prepared, market, l1FeeWei] = await Promise.all([
    prepareCall(transaction),
    readMarket(transaction.network),
    l1FeeOf(transaction),
  ])
  if (prepared.kind === 'hold') return prepared
  // eth_call does not say which block it ran on.
  const simulation = { blockNumber: market.blockNumber.toString(), ...prepared.simulation }
  if (prepared.kind === 'fail') return { ...prepared, simulation }
  const { gas } = prepared
  const offer = offerFor(transaction, market, gas, l1FeeWei)
  if ('capped' in offer) return { kind: 'hold', reason: offer.capped }
  const missing = await missingFunds(transaction, gas * offer.fee.maxFeePerGas + l1FeeWei + transaction.value)
  return missing ? { kind: 'hold', reason: missing } : { kind: 'ready', offer, simulation }
}

/** The next offer of a transaction within its cap: a first one, or a replacement of its latest attempt. Pure. */
export function offerFor(
  transaction: Transaction.Transaction,
  market: Fee.FeeMarket,
  gas: bigint,
  l1FeeWei: bigint,
): FeeOffer | { capped: string } {
  const { maxFeeWei } = transaction
  const latest = Attempt.latest(transaction.attempts)
  // A pool takes no replacement of another type.
  const asked = latest && latest.legacy !== market.legacy ? { ...market, legacy: latest.legacy } : market
  const urgency = urgencyOf(transaction)
  if (maxFeeWei === null) {
    const fee = latest ? Fee.replacement(latest, asked, urgency) : Fee.first(asked, urgency)
    return { fee, gas, legacy: asked.legacy, l1FeeWei }
  }
  const fee = Fee.within((maxFeeWei - l1FeeWei) / gas, asked, urgency, latest)
  return fee
    ? { fee, gas, legacy: asked.legacy, l1FeeWei }
    : { capped: capped(transaction, maxFeeWei, gas * Fee.least(market).maxFeePerGas + l1FeeWei) }
}

/** What its bytes cost on the chain below, in wei; what is not known of them yet counts as if no byte were zero. */
export function l1FeeOf({ network, to, data, calls }: Transaction.Transaction): Promise<bigint> {
  const call = calls?.map((member) => member.data.slice(2)).join('') ?? Buffer.from(data ?? '').toString('hex')
  return readL1Fee(network, `0x${'ff'.repeat(unknownBytes)}${to?.slice(2) ?? ''}${call}`)
}

/**
 * The offer of an attempt that takes the nonce of a transaction and does nothing else.
 * @throws TransportError when the chain cannot be read.
 */
export async function offerCancel(
  transaction: Transaction.Transaction,
  market: Fee.FeeMarket,
): Promise<FeeOffer | { capped: string }> {
  const [gas, l1FeeWei] = await Promise.all([
    estimateSelfSend(transaction),
    l1FeeOf({ ...transaction, data: null, calls: null }),
  ])
  return offerFor({ ...transaction, urgency: Fee.pressed(transaction.urgency, 0) }, market, gas, l1FeeWei)
}

/** 21,000 on most networks; Tempo and some rollups ask for more. */
async function estimateSelfSend({ network, signer }: Transaction.Transaction): Promise<bigint> {
  try {
    return BigInt(await readRpc<Hex>(network, 'eth_estimateGas', [{ from: signer, to: signer }]))
  } catch (error) {
    if (error instanceof RpcError) return selfSendGasMax
    throw error
  }
}

/** How urgent it is by now: the nearer its deadline, the more. */
export function urgencyOf({
  network,
  urgency,
  deadlineInMs,
}: Transaction.Transaction): Transaction.Transaction['urgency'] {
  const { blockTimeMs } = Chain.get(network)
  return Fee.pressed(urgency, deadlineInMs === null ? undefined : deadlineInMs / blockTimeMs)
}

function capped({ network }: Transaction.Transaction, maxFeeWei: bigint, leastWei: bigint): string {
  const { gasSymbol } = Chain.get(network)
  return (
    `its fee cap of ${formatEther(maxFeeWei)} ${gasSymbol} is reached: ` +
    `the next block asks for ${formatEther(leastWei)} ${gasSymbol}`
  )
}
