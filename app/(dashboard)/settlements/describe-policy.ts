import type { PolicyPreview } from '@/components/settlement/policy-form'
import type { MemberScope } from '@/lib/auth'
import { Escrow } from '@/lib/chains'
import { SettlementTermsDraft, Schedule } from '@/lib/channels'
import type { Caip2 } from '@/lib/money'
import { findRecentFees } from '@/lib/settlement'

const minuteMs = 60_000
/** Intervals to compare the typed interval with. */
const intervalsMs = [1, 5, 15, 60, 6 * 60, 24 * 60].map((minutes) => minutes * minuteMs)

/** A schedule in words, and the cost of intervals estimated from the merchant's recent batches. */
export async function describePolicy(
  scope: MemberScope.MemberScope,
  network: Caip2,
  input: SettlementTermsDraft.SettlementTermsInput,
): Promise<PolicyPreview> {
  const [{ policy, errors }, fees] = [
    SettlementTermsDraft.parseUnfinished(input),
    await findRecentFees(scope.merchantId, network),
  ]
  const isExact = Escrow.kindOn(network) === 'batch-settlement'
  const intervalMs = policy?.schedule.intervalMs ?? null
  const rows = [...new Set([...intervalsMs, ...(intervalMs === null ? [] : [intervalMs])])].toSorted((a, b) => a - b)
  return {
    errors,
    words: policy ? { schedule: Schedule.describe(policy, isExact), limits: Schedule.describeLimits(policy) } : null,
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
}
