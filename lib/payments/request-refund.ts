import type { Ctx } from '../ctx'
import { env } from '../env'
import { failpoint } from '../failpoint'
import { recordEvent } from '@/lib/audit'
import { findServerWallets } from '@/lib/auth'
import { labelToken, purposeOf } from '@/lib/chains'
import { sql, withTransaction, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Account, postTransfers } from '@/lib/ledger'
import { Amount, Rail } from '@/lib/money'
import { assertMayRefund, type RefundRequester } from './assert-may-refund'
import { columns } from './columns'
import type { Payment } from './Payment'
import * as RefundDraft from './RefundDraft'
import { obstacleOf } from './RefundObstacle'
import type { RefundStatus } from './Refund'

type Locked = Payment & { refundedBase: bigint; disputed: boolean }
type Earlier = { id: string; amountBase: bigint; to: string; wallet: string | null; reason: string }

/**
 * Requests that a delivered payment goes back to its payer, in full or in part, and books it as owed: revenue shrinks at once.
 * The refund wallet sends it (`pay-refunds`), or the merchant's own wallet does and names its transaction
 * (`nameRefundTransfer`). The payment is locked meanwhile, so two requests cannot exceed it together. May be called twice: the
 * same key is one refund.
 * @param idempotencyKey the requester's own, once per payment.
 * @returns the refund's id; `isReplay` if an earlier call made it.
 * @throws AppError not-found, not-allowed, bad-input (with fields), not-refundable, idempotency-conflict
 */
export async function requestRefund(
  ctx: Ctx,
  requester: RefundRequester,
  input: { paymentId: string; request: unknown; idempotencyKey: string | null | undefined },
): Promise<{ id: string; isReplay: boolean }> {
  const requestKey = RefundDraft.requestKey(input.idempotencyKey)
  const made = await withTransaction(async (tx) => {
    const payment = await lock(tx, input.paymentId)
    if (!payment) throw new AppError('not-found', 'There is no such payment, or it belongs to another merchant.')
    assertMayRefund(requester, payment.merchantId)
    const token = labelToken(payment.network, payment.asset)
    const draft = RefundDraft.parse(input.request, { network: payment.network, ...token })
    const earlier = await findEarlier(tx, payment.id, requestKey)
    if (earlier) return replay(earlier, draft, payment)
    assertRefundable(payment)
    await assertPayable(requester, payment, draft)
    return insert(tx, ctx, payment, { ...draft, requestKey, amountBase: amountOf(payment, draft, token) })
  })
  failpoint('after-commit')
  return made
}

async function lock(tx: Tx, paymentId: string): Promise<Locked | undefined> {
  const [payment] = await tx.query<Locked>(sql`
    SELECT ${columns}, payment.refunded_base, payment.disputed FROM payment WHERE id = ${paymentId}::uuid FOR UPDATE`)
  return payment
}

async function findEarlier(tx: Tx, paymentId: string, requestKey: string): Promise<Earlier | undefined> {
  const [earlier] = await tx.query<Earlier>(sql`
    SELECT id, amount_base, "to", wallet, reason FROM refund
    WHERE payment_id = ${paymentId}::uuid AND request_key = ${requestKey}`)
  return earlier
}

/** "Everything that is left" was an amount when the refund was made. */
function replay(earlier: Earlier, draft: RefundDraft.RefundDraft, payment: Payment): { id: string; isReplay: true } {
  const isSame =
    (draft.amountBase ?? earlier.amountBase) === earlier.amountBase &&
    (draft.to ?? payment.payer) === earlier.to &&
    draft.wallet === earlier.wallet &&
    draft.reason === earlier.reason
  if (isSame) return { id: earlier.id, isReplay: true }
  throw new AppError('idempotency-conflict', 'This idempotency key made another refund of this payment.', {
    extra: { original: earlier.id },
  })
}

/** @throws AppError not-refundable with the reason and the way out. */
function assertRefundable(payment: Locked): void {
  const reason = obstacleOf(payment)
  if (reason !== undefined) throw new AppError('not-refundable', reason)
}

/** @throws AppError not-allowed, bad-input */
async function assertPayable(
  requester: RefundRequester,
  payment: Payment,
  { to, wallet }: RefundDraft.RefundDraft,
): Promise<void> {
  const isElsewhere = to !== null && to !== payment.payer
  if (Rail.kindOf(payment.network)) {
    // Stripe pays back to the card from the account that was paid: no wallet of this server is in it.
    if (isElsewhere) throw refused('to', 'A refund of this payment goes back the way it came: leave this empty')
    if (wallet !== null) throw refused('wallet', 'No wallet sends a refund of this payment: leave this empty')
    return
  }
  if (isElsewhere && !('role' in requester && (requester.role === 'owner' || requester.operator)))
    throw new AppError('not-allowed', 'Only an owner may refund to another address than the payer’s.')
  if (wallet === null) {
    if (env.REFUND_WALLET_FOR === 'operators' && !requester.operator)
      throw refused('wallet', 'The refund wallet of this server pays for operators only: name a wallet of yours')
    if (!(await findServerWallets(requester, payment.merchantId)))
      throw refused('wallet', 'The refund wallet of this server does not pay for this shop: name a wallet of yours')
    return
  }
  if (wallet === (to ?? payment.payer)) throw refused('wallet', 'The money would go to the wallet that sends it')
  if (purposeOf(payment.network, wallet) !== undefined)
    throw refused('wallet', 'This is a wallet of this server. Name a wallet of yours')
}

function amountOf(
  { amountBase, refundedBase }: Locked,
  draft: RefundDraft.RefundDraft,
  { decimals, symbol }: { decimals: number; symbol: string },
): bigint {
  const leftBase = amountBase - refundedBase
  if (draft.amountBase === null) return leftBase
  if (draft.amountBase <= leftBase) return draft.amountBase
  const left = `${Amount.toDecimal(leftBase, decimals)} ${symbol}`
  throw refused('amount', `Only ${left} of this payment is left to refund`)
}

type NewRefund = RefundDraft.RefundDraft & { amountBase: bigint; requestKey: string }

async function insert(
  tx: Tx,
  ctx: Ctx,
  payment: Locked,
  { amountBase, requestKey, reason, to, wallet }: NewRefund,
): Promise<{ id: string; isReplay: false }> {
  const { id: paymentId, merchantId, resourceId, network, asset } = payment
  const [id, receiver] = [ctx.id(), to ?? payment.payer]
  const status: RefundStatus = 'due'
  await tx.execute(sql`
    INSERT INTO refund (id, payment_id, kind, source, network, asset, "to", wallet, amount_base, status, reason, requested_by, request_key)
    VALUES (${id}::uuid, ${paymentId}::uuid, 'member', ${wallet === null ? 'signer' : 'wallet'}::refund_source, ${network}, ${asset},
      ${receiver}, ${wallet}, ${amountBase}, ${status}::refund_status, ${reason}, ${`${ctx.actor.kind} ${ctx.actor.id}`}, ${requestKey})`)
  const leftBase = payment.amountBase - payment.refundedBase - amountBase
  if (leftBase === 0n)
    await tx.execute(
      sql`UPDATE payment SET status = 'refund_due' WHERE id = ${paymentId}::uuid AND status = 'delivered'`,
    )
  const [debit, credit] = [Account.revenue(merchantId), Account.refundPayable(merchantId)]
  await postTransfers(tx, [
    { kind: 'direct', reason: 'refund_owed', debit, credit, network, asset, amountBase, paymentId },
  ])
  await recordEvent(tx, ctx, {
    type: 'payment.refund_requested',
    merchantId,
    resourceId: resourceId ?? undefined,
    paymentId,
    data: { refundId: id, amountBase, leftBase, to: receiver, isPayer: receiver === payment.payer, wallet },
    // A person writes it: it may name one.
    sensitive: { reason },
  })
  failpoint('before-commit')
  return { id, isReplay: false }
}

function refused(field: string, message: string): AppError {
  return new AppError('bad-input', `${message}.`, { fields: [{ field, message }] })
}
