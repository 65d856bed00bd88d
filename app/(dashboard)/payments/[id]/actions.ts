'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'
import { answerPayer, cancelRefund, requestRefund, type RefundDraft } from '@/lib/payments'
import { nameRefundTransfer, previewRefund, type RefundPreview } from '@/lib/settlement'

/** What is left of a payment, and what the refund wallet holds. Changes nothing. */
export async function previewRefundAction(paymentId: string): Promise<Outcome<RefundPreview>> {
  return toOutcome(async () => {
    const { scope } = await requireActor()
    return previewRefund(scope, idOf(paymentId))
  })
}

/** @param key the form's own: sent twice it is one refund. */
export async function requestRefundAction(
  paymentId: string,
  key: string,
  request: RefundDraft.RefundInput,
): Promise<Outcome<{ id: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const { id } = await requestRefund(ctx, scope, { paymentId: idOf(paymentId), request, idempotencyKey: key })
    revalidatePath('/payments', 'layout')
    return { id }
  })
}

/** Names the transaction by which the merchant's wallet paid. Returns a sentence about what the chain shows. */
export async function nameTransferAction(refundId: string, hash: string): Promise<Outcome<string>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const said = await nameRefundTransfer(ctx, scope, { id: idOf(refundId), hash })
    revalidatePath('/payments', 'layout')
    return said
  })
}

export async function cancelRefundAction(refundId: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await cancelRefund(ctx, scope, idOf(refundId))
    revalidatePath('/payments', 'layout')
    return null
  })
}

/** Answers what the payer asked about the payment. */
export async function answerPayerAction(paymentId: string, answer: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await answerPayer(ctx, scope, idOf(paymentId), { answer })
    revalidatePath('/payments', 'layout')
    return null
  })
}

function idOf(text: string): string {
  if (Filter.isId(text)) return text
  throw new AppError('not-found', 'There is nothing with this id.')
}
