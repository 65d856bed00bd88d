'use server'

import { revalidatePath } from 'next/cache'
import { settle } from '@/app/outcome'
import { requireActor } from '@/app/session'
import type { Outcome } from '@/components/outcome'
import type { PolicyPreview } from '@/components/settlement/policy-form'
import { PolicyDraft, Schedule, updatePolicy } from '@/lib/channels'
import { Caip } from '@/lib/money'
import { findRecentFees } from '@/lib/settlement'

/** Intervals beside which the typed one is priced. */
const intervalsMs = [60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000, 6 * 60 * 60_000, 24 * 60 * 60_000]

/** What a schedule will do and cost, while it is typed. Stores nothing. */
export async function previewPolicyAction(
  network: string,
  input: PolicyDraft.PolicyInput,
): Promise<Outcome<PolicyPreview>> {
  return settle(async () => {
    const { scope } = await requireActor()
    const { policy, errors } = PolicyDraft.parseUnfinished(input)
    if (!policy) return { errors, words: null, cost: null }
    const { intervalMs } = policy.schedule
    const fees = await findRecentFees(scope.merchantId, Caip.parse(network))
    const rows = [...new Set([...intervalsMs, ...(intervalMs === null ? [] : [intervalMs])])].toSorted((a, b) => a - b)
    return {
      errors,
      words: { schedule: Schedule.describe(policy), limits: Schedule.describeLimits(policy) },
      cost: fees
        ? {
            batches: fees.batches,
            averageWei: fees.averageWei.toString(),
            rows: rows.map((everyMs) => {
              const { batches, wei } = Schedule.perDay(everyMs, fees.averageWei)
              return { everyMs, batches, wei: wei.toString(), isTyped: everyMs === intervalMs }
            }),
          }
        : null,
    }
  })
}

export async function updatePolicyAction(
  network: string,
  revision: number,
  input: PolicyDraft.PolicyInput,
): Promise<Outcome<{ href: string }>> {
  return settle(async () => {
    const { scope, ctx } = await requireActor()
    await updatePolicy(ctx, scope, { merchantId: scope.merchantId, network: Caip.parse(network) }, revision, input)
    revalidatePath('/settlements')
    return { href: '/settlements#schedules' }
  })
}
