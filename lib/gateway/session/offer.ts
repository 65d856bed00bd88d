import { Policy, type Protocol } from '@/lib/channels'
import type { Resource } from '@/lib/merchants'

/** What a resource asks of channels; undefined when it sells no sessions. Pure. */
export function toOffer(
  { session, meter, unitType, depositUnits }: Pick<Resource, 'session' | 'meter' | 'unitType' | 'depositUnits'>,
  { minDepositMicros, minDeltaMicros }: Policy.Limits = Policy.defaults.limits,
  snapshot?: Protocol.Snapshot,
): Protocol.Offer | undefined {
  if (!session) return undefined
  return { unitType, depositUnits, minDepositMicros, minDeltaMicros, alone: meter !== 'request', snapshot }
}
