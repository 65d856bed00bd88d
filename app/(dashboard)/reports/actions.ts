'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { closeMonth, updateBookSettings, type BookSettings } from '@/lib/reports'

export async function closeMonthAction(month: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await closeMonth(ctx, scope, { month })
    revalidatePath('/reports', 'layout')
    return null
  })
}

export async function updateBookSettingsAction(input: BookSettings.BookSettingsInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await updateBookSettings(ctx, scope, input)
    revalidatePath('/reports', 'layout')
    return null
  })
}
