import { failpoint } from '../../failpoint'
import { commitChargeWithin, findChannel, type ChargedChannel } from '@/lib/channels'
import { AppError, toAppError } from '@/lib/errors'
import { findProgress, recordCharge, requestExecution } from '@/lib/intents'
import { assertOnSale } from '../assert-on-sale'
import { giveBackBudget } from '@/lib/payers'
import type { GatewayAnswer } from '../GatewayAnswer'
import { answerExecution } from '../execution/answer-execution'
import { retryAdvice, assertExecutable, forAgent, toExecutionInput } from '../execution/assert-executable'
import { toPurchase } from './BudgetedRequest'
import { holdCredit } from './hold-credit'
import { toCharge } from './charge'
import { toReceiptHeaders, untouched } from './receipt'
import type { ChannelRequest } from './ChannelRequest'

/**
 * Serves an action paid by a voucher. The channel and the voucher's amount are its idempotency key, so a repeated voucher
 * gets the state of its action. Checks the policy and simulates first; then charges in the same database transaction that
 * queues the action. A refused action costs nothing.
 * @throws AppError of the checks, the channel and `answerExecution`.
 */
export async function serveExecution(session: ChannelRequest): Promise<GatewayAnswer> {
  const { pricedRequest, known, terms, voucher } = session
  const asking = { ...toExecutionInput(pricedRequest, known.payer), channelId: known.id }
  const keyOf = (voucherBase: bigint) => `voucher:${known.id}:${voucherBase}`
  const first = voucher && { merchantId: known.merchantId, idempotencyKey: keyOf(voucher.cumulativeBase) }
  if (first && (await findProgress(first))) return repeat(session, { ...asking, ...first })
  assertOnSale(pricedRequest.resource)
  await assertExecutable(pricedRequest, known.payer)
  const held = await holdCredit(session, terms.priceBase).catch(async (error: unknown) => {
    // Another request may be using this voucher: a fresh 402 would make the agent sign and buy a second time.
    if (first && voucher && (await isQueuedElsewhere(first, session))) return undefined
    throw error
  })
  if (!held) return repeat(session, { ...asking, ...first })
  const { acceptedBase } = held
  failpoint('after-claim')
  const voucherBase = voucher?.cumulativeBase ?? acceptedBase
  let charged: ChargedChannel | undefined
  const charge = toCharge(session, { chargedBase: terms.priceBase, units: 1n })
  const accepted = await commitChargeWithin(charge, (commit) =>
    requestExecution(pricedRequest.ctx, {
      ...asking,
      idempotencyKey: keyOf(voucherBase),
      alongside: async (tx, { intent }) => {
        charged = await commit(tx)
        await recordCharge(tx, intent.id, { chargedBase: terms.priceBase, voucherBase })
      },
    }),
  ).catch(async (error: unknown) => {
    if (toAppError(error).status < 500) await giveBackBudget(toPurchase(session, terms.priceBase))
    // After any other failure the action may be queued. The same voucher, sent again, finds it.
    throw forAgent(error, toAppError(error).status < 500 ? 'You were not charged.' : retryAdvice)
  })
  failpoint('after-enqueue')
  const receipt = charged ? toReceiptHeaders(session, charged, terms.priceBase) : await currentReceipt(session)
  return answerExecution(pricedRequest, { receipt }, accepted.intent.id)
}

const queueWaitMs = 5_000
const pollMs = 50

/**
 * Waits up to five seconds. True if another request, which holds the channel's credit with this voucher, has queued its
 * action.
 */
async function isQueuedElsewhere(
  key: { merchantId: string; idempotencyKey: string },
  session: ChannelRequest,
): Promise<boolean> {
  for (const endMs = Date.now() + queueWaitMs; ;) {
    const channel = await findChannel(session.known.id)
    if (await findProgress(key)) return true
    const isHeld = channel?.acceptedBase === session.voucher?.cumulativeBase && (channel?.reservedBase ?? 0n) > 0n
    if (!isHeld || Date.now() >= endMs) return false
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/**
 * Answers a repeated voucher.
 * @throws AppError credential-used if the voucher bought another action.
 */
async function repeat(session: ChannelRequest, asking: Parameters<typeof requestExecution>[1]): Promise<GatewayAnswer> {
  const { pricedRequest } = session
  const { intent } = await requestExecution(pricedRequest.ctx, asking).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'idempotency-conflict') throw error
    throw new AppError('credential-used', 'This voucher bought another action. Sign a higher one.', { cause: error })
  })
  return answerExecution(pricedRequest, { receipt: await currentReceipt(session) }, intent.id)
}

async function currentReceipt(session: ChannelRequest): Promise<ReturnType<typeof toReceiptHeaders>> {
  return toReceiptHeaders(session, (await findChannel(session.known.id)) ?? untouched, 0n)
}
