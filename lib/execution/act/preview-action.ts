import type { Reader } from '../../ctx'
import { RpcError, TransportError } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as OperatorAction from '../OperatorAction'
import * as Attempt from '../Attempt'
import { visible } from '../views/list-transactions'
import { prepareCall } from '../submit/prepare-call'
import { offerFor, priceCall, type FeeOffer } from '../submit/price-call'
import { offerCancel } from '../submit/offer-cancel'
import { l1FeeOf } from '../submit/l1-fee-of'
import { readForAction } from './read-for-action'
import { readFreshMarket } from '../networks/read-fresh-market'
import type * as Transaction from '../Transaction'

/** What an action would do, before it is confirmed. Wei as decimal strings. */
export type ActionPreview = {
  possible: boolean
  /** Why it is not possible, as a sentence; empty if it is. */
  why: string
  /** Most that the latest attempt may cost in fees. */
  feeNowWei?: string
  /** Most that the next attempt may cost in fees. */
  feeThenWei?: string
  maxFeePerGasNowWei?: string
  maxFeePerGasThenWei?: string
  /** What the call itself would do now. A cancelling attempt does nothing. */
  simulation?: Transaction.Simulation
}

/**
 * Simulates and prices an action on a transaction as of now. Reads only.
 * @throws AppError not-found if it does not exist or is not the reader's.
 */
export async function previewAction(
  reader: Reader,
  id: string,
  action: OperatorAction.OperatorAction,
): Promise<ActionPreview> {
  const [seen] = await db.query(sql`SELECT 1 FROM transaction t WHERE t.id = ${id}::uuid AND ${visible(reader)}`)
  if (!seen) throw new AppError('not-found', 'There is no such transaction.')
  const transaction = await readForAction(id)
  const reason = OperatorAction.whyNot(transaction, action)
  if (reason !== undefined) return { possible: false, why: reason }
  try {
    return await price(transaction, action)
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof RpcError)) throw error
    return { possible: false, why: 'The network cannot be reached at the moment.' }
  }
}

async function price(
  transaction: Transaction.Transaction,
  action: OperatorAction.OperatorAction,
): Promise<ActionPreview> {
  if (action === 'retry') return previewRetry(transaction)
  const latest = Attempt.latest(transaction.attempts)
  // Nothing was signed, so cancelling costs nothing.
  if (!latest) return { possible: true, why: '' }
  const market = await readFreshMarket(transaction.network)
  const offer =
    action === 'cancel'
      ? await offerCancel(transaction, market)
      : offerFor(transaction, market, latest.gas, await l1FeeOf(transaction))
  if ('capped' in offer) return { possible: false, why: `It cannot be replaced: ${offer.capped}.` }
  const simulated = action === 'speed-up' ? await simulationOf(transaction) : {}
  return { possible: true, why: '', ...costs(offer, latest), ...simulated }
}

async function previewRetry(transaction: Transaction.Transaction): Promise<ActionPreview> {
  const priced = await priceCall(transaction)
  if (priced.kind === 'hold') return { possible: true, why: `It would be held again: ${priced.reason}` }
  if (priced.kind === 'fail') return { possible: true, why: '', simulation: priced.simulation }
  return { possible: true, why: '', ...costs(priced.offer, undefined), simulation: priced.simulation }
}

async function simulationOf(transaction: Transaction.Transaction): Promise<{ simulation?: Transaction.Simulation }> {
  const prepared = await prepareCall({ ...transaction, simulation: null })
  return prepared.kind === 'hold' ? {} : { simulation: prepared.simulation }
}

function costs({ fee, gas }: FeeOffer, latest: Attempt.Attempt | undefined): Partial<ActionPreview> {
  return {
    ...(latest && {
      feeNowWei: (latest.gas * latest.maxFeePerGas).toString(),
      maxFeePerGasNowWei: latest.maxFeePerGas.toString(),
    }),
    feeThenWei: (gas * fee.maxFeePerGas).toString(),
    maxFeePerGasThenWei: fee.maxFeePerGas.toString(),
  }
}
