'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { notePayments, type PaymentNote } from '@/lib/payments'
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
