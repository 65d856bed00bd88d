'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { notePayments, previewRefunds, requestRefunds, type BulkRefund, type PaymentNote } from '@/lib/payments'
import { deleteView, saveView } from '@/lib/reports'

/** @returns how many payments changed. */
export async function notePaymentsAction(
  ids: readonly string[],
  input: PaymentNote.PaymentNoteInput,
): Promise<Outcome<number>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const changed = await notePayments(ctx, scope, ids, input)
    revalidatePath('/payments', 'layout')
    return changed
  })
}

export async function saveViewAction(name: string, query: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await saveView(ctx, scope, { page: '/payments', name, query })
    revalidatePath('/payments')
    return null
  })
}

export async function deleteViewAction(id: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await deleteView(ctx, scope, id)
    revalidatePath('/payments')
    return null
  })
}

/** What a refund of each of these payments would find. Changes nothing. */
export async function previewRefundsAction(ids: readonly string[]): Promise<Outcome<BulkRefund.RefundCandidate[]>> {
  return toOutcome(async () => {
    const { scope } = await requireActor()
    return previewRefunds(scope, ids)
  })
}

/** @param key the form's own: sent twice it is one refund of each payment. */
export async function requestRefundsAction(
  ids: readonly string[],
  key: string,
  request: BulkRefund.BulkRefundInput,
): Promise<Outcome<BulkRefund.BulkRefundResult[]>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const results = await requestRefunds(ctx, scope, { subjectIds: ids, key, request })
    revalidatePath('/payments', 'layout')
    return results
  })
}
