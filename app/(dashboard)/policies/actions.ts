'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'
import { archivePolicy, createPolicy, updatePolicy, type ExecutionPolicyDraft } from '@/lib/policies'

export async function createPolicyAction(
  input: ExecutionPolicyDraft.ExecutionPolicyInput,
): Promise<Outcome<{ href: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    const { id } = await createPolicy(ctx, scope, input)
    revalidatePath('/policies', 'layout')
    return { href: `/policies/${id}` }
  })
}

/** `version` is the version on which the edit is based. */
export async function updatePolicyAction(
  id: string,
  version: number,
  input: ExecutionPolicyDraft.ExecutionPolicyInput,
): Promise<Outcome<{ href: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await updatePolicy(ctx, scope, assertId(id), version, input)
    revalidatePath('/policies', 'layout')
    return { href: `/policies/${id}` }
  })
}

export async function archivePolicyAction(id: string): Promise<Outcome<null>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await archivePolicy(ctx, scope, assertId(id))
    revalidatePath('/policies', 'layout')
    return null
  })
}

function assertId(id: string): string {
  if (Filter.isId(id)) return id
  throw new AppError('not-found', 'There is no such policy.')
}
