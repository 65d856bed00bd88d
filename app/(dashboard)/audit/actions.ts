'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { exportEvent, redactEvent } from '@/lib/audit'
import { labelNetwork } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { anchorCheckpoint } from '@/lib/settlement'

/** An event with its proof, as lines of an export, which the browser verifies. */
export async function proveEvent(seq: string): Promise<Outcome<string[]>> {
  return toOutcome(async () => {
    const { scope } = await requireActor()
    return exportEvent(scope, readSeq(seq))
  })
}

/** Deletes the disclosed data of an event. It cannot be restored. */
export async function redact(seq: string): Promise<Outcome<string[]>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const fields = await redactEvent(ctx, scope, readSeq(seq))
    revalidatePath('/audit')
    return fields
  })
}

/** Writes the newest checkpoint on chain; operators only, because it costs gas. */
export async function anchorNow(): Promise<Outcome<{ size: string; network: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    if (!scope.operator) throw new AppError('not-allowed', 'Only an operator may anchor the log.')
    const { size, network } = await anchorCheckpoint(ctx)
    revalidatePath('/audit')
    return { size, network: labelNetwork(network).name }
  })
}

function readSeq(text: string): bigint {
  if (/^[0-9]{1,18}$/.test(text)) return BigInt(text)
  throw new AppError('bad-request', 'That is no event.')
}
