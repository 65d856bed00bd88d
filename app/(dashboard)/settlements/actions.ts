'use server'

import { revalidatePath } from 'next/cache'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import type { PolicyPreview } from '@/components/settlement/policy-form'
import { updateSettlementTerms, type SettlementTermsDraft } from '@/lib/channels'
import { Caip } from '@/lib/money'
import { describePolicy } from './describe-policy'

/** The effect and the cost of a schedule while it is typed. Stores nothing. */
export async function previewPolicyAction(
  network: string,
  input: SettlementTermsDraft.SettlementTermsInput,
): Promise<Outcome<PolicyPreview>> {
  return toOutcome(async () => {
    const { scope } = await requireActor()
    return describePolicy(scope, Caip.parse(network), input)
  })
}

export async function updatePolicyAction(
  network: string,
  revision: number,
  input: SettlementTermsDraft.SettlementTermsInput,
): Promise<Outcome<{ href: string }>> {
  return toOutcome(async () => {
    const { scope, ctx } = await requireActor()
    await updateSettlementTerms(
      ctx,
      scope,
      { merchantId: scope.merchantId, network: Caip.parse(network) },
      revision,
      input,
    )
    revalidatePath('/settlements')
    return { href: '/settlements#schedules' }
  })
}
