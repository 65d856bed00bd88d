import { formatEther } from 'viem'
import { Chain } from '@/lib/chains'
import * as Attempt from '../Attempt'
import * as Fee from '../Fee'
import { missingFunds } from './missing-funds'
import { prepareCall, type PreparedCall } from './prepare-call'
import { readMarket } from '../networks/read-market'
import type * as Transaction from '../Transaction'
import { l1FeeOf } from './l1-fee-of'

/**
 * The fee, gas and type that an attempt offers. `l1FeeWei` is the fee of its bytes on the chain below, on networks that
 * have one.
 */
export type FeeOffer = { fee: Fee.Fee; gas: bigint; legacy: boolean; l1FeeWei: bigint }

/** A call's simulation, gas and offer; or why it cannot be signed. */
export type PricedCall =
  | { kind: 'ready'; offer: FeeOffer; simulation: Transaction.Simulation }
  | Exclude<PreparedCall, { kind: 'ready' }>

/**
 * Prepares a call, reads the market, and checks its fee cap and its signer's funds. Reads only.
 * @throws TransportError if the chain cannot be read: that says nothing about the call.
 */
export async function priceCall(transaction: Transaction.Transaction): Promise<PricedCall> {
  const [prepared, market, l1FeeWei] = await Promise.all([
    prepareCall(transaction),
    readMarket(transaction.network),
    l1FeeOf(transaction),
  ])
  if (prepared.kind === 'hold') return prepared
  // eth_call does not name the block that it ran on.
  const simulation = { blockNumber: market.blockNumber.toString(), ...prepared.simulation }
  if (prepared.kind === 'fail') return { ...prepared, simulation }
  const { gas } = prepared
  const offer = offerFor(transaction, market, gas, l1FeeWei)
  if ('capped' in offer) return { kind: 'hold', reason: offer.capped }
  const missing = await missingFunds(transaction, gas * offer.fee.maxFeePerGas + l1FeeWei + transaction.value)
  return missing ? { kind: 'hold', reason: missing } : { kind: 'ready', offer, simulation }
}

/** The next offer within the fee cap: a first one, or a replacement of the latest attempt. Pure. */
export function offerFor(
  transaction: Transaction.Transaction,
  market: Fee.FeeMarket,
  gas: bigint,
  l1FeeWei: bigint,
): FeeOffer | { capped: string } {
  const { maxFeeWei } = transaction
  const latest = Attempt.latest(transaction.attempts)
  // Pools accept no replacement of another type.
  const typedMarket = latest && latest.legacy !== market.legacy ? { ...market, legacy: latest.legacy } : market
  const urgency = urgencyOf(transaction)
  if (maxFeeWei === null) {
    const fee = latest ? Fee.replacement(latest, typedMarket, urgency) : Fee.first(typedMarket, urgency)
    return { fee, gas, legacy: typedMarket.legacy, l1FeeWei }
  }
  const fee = Fee.within((maxFeeWei - l1FeeWei) / gas, typedMarket, urgency, latest)
  return fee
    ? { fee, gas, legacy: typedMarket.legacy, l1FeeWei }
    : { capped: capped(transaction, maxFeeWei, gas * Fee.least(market).maxFeePerGas + l1FeeWei) }
}

/** The current urgency: it rises as the deadline nears. */
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
