'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { createApiKey, revokeApiKey, rotateApiKey, type ApiKey } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import { setLimits, type CallerLimits } from '@/lib/facilitator'
import { Filter } from '@/lib/paging'

/** Creates a key. Its text is sent to the browser only this once. */
export async function createKeyAction(input: ApiKey.ApiKeyInput): Promise<Outcome<{ key: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const { key } = await createApiKey(ctx, scope, input)
    revalidatePath('/keys')
    return { key }
  })
}

/** Gives a key a new secret, which is sent to the browser only this once. */
export async function rotateKeyAction(id: string, input: { overlapHours: string }): Promise<Outcome<{ key: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    if (!Filter.isId(id)) throw new AppError('not-found', 'There is no such API key.')
    const { key } = await rotateApiKey(ctx, scope, id, input)
    revalidatePath('/keys')
    return { key }
  })
}

export async function revokeKeyAction(id: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    if (!Filter.isId(id)) throw new AppError('not-found', 'There is no such API key.')
    await revokeApiKey(ctx, scope, id)
    revalidatePath('/keys')
    return null
  })
}

export async function setLimitsAction(keyId: string, input: CallerLimits.CallerLimitsInput): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await setLimits(ctx, scope, keyId, input)
    revalidatePath('/keys')
    return null
  })
}
