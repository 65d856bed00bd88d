'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { importNotes, setGate, setNote, type Payer } from '@/lib/payers'

/** @returns the wallet's canonical address. */
export async function setNoteAction(address: string, input: Payer.PayerNoteInput): Promise<Outcome<string>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const wallet = await setNote(ctx, scope, address, input)
    revalidatePath('/payers', 'layout')
    return wallet
  })
}

export async function setGateAction(input: Payer.PayerGateInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setGate(ctx, scope, input)
    revalidatePath('/payers')
    return null
  })
}

/** @returns how many wallets changed. */
export async function importNotesAction(text: string): Promise<Outcome<number>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const changed = await importNotes(ctx, scope, text)
    revalidatePath('/payers', 'layout')
    return changed
  })
}
