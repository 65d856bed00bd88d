import * as Fee from './Fee'
import { missingFunds } from './missing-funds'
import { prepareCall, type Prepared } from './prepare-call'
import { readMarket } from './read-market'
import type * as Transaction from './Transaction'

/** What a call needs before it can be signed, and what the chain asks for; or why it cannot be signed. */
export type Priced =
  | { kind: 'ready'; market: Fee.Market; gas: bigint; simulation: Transaction.Simulation }
  | Exclude<Prepared, { kind: 'ready' }>

/**
 * Prepares a call, reads the market and looks whether the signer can pay. Reads only.
 * @throws TransportError when the chain cannot be read: that says nothing about the call.
 */
export async function priceCall(transaction: Transaction.Transaction): Promise<Priced> {
  const [prepared, market] = await Promise.all([prepareCall(transaction), readMarket(transaction.network)])
  if (prepared.kind === 'hold') return prepared
  // eth_call does not say which block it ran on.
  const simulation = { blockNumber: market.blockNumber.toString(), ...prepared.simulation }
  if (prepared.kind === 'fail') return { ...prepared, simulation }
  const missing = await missingFunds(transaction, prepared.gas * Fee.first(market).maxFeePerGas + transaction.value)
  return missing ? { kind: 'hold', reason: missing } : { kind: 'ready', market, gas: prepared.gas, simulation }
}
