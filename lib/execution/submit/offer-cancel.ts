import { type Hex } from 'viem'
import { readRpc, RpcError } from '@/lib/chains'
import * as Fee from '../Fee'
import type * as Transaction from '../Transaction'
import { l1FeeOf } from './l1-fee-of'
import { type FeeOffer, offerFor } from './price-call'

const selfSendGasMax = 300_000n

/**
 * The offer of an attempt that only uses up the nonce of a transaction.
 * @throws TransportError if the chain cannot be read.
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

/** 21,000 on most networks; Tempo and some rollups need more. */
async function estimateSelfSend({ network, signer }: Transaction.Transaction): Promise<bigint> {
  try {
    return BigInt(await readRpc<Hex>(network, 'eth_estimateGas', [{ from: signer, to: signer }]))
  } catch (error) {
    if (error instanceof RpcError) return selfSendGasMax
    throw error
  }
}
