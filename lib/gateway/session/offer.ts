import { SettlementTerms, type ChannelProtocol } from '@/lib/channels'
import type { Resource } from '@/lib/merchants'

/** The session offer of a resource; undefined if it sells no sessions. Pure. */
export function toOffer(
  { session, meter, unitType, depositUnits }: Pick<Resource, 'session' | 'meter' | 'unitType' | 'depositUnits'>,
  { minDepositMicros, minDeltaMicros }: SettlementTerms.ChannelLimits = SettlementTerms.defaults.limits,
  snapshot?: ChannelProtocol.ChannelSnapshot,
): ChannelProtocol.ChannelOffer | undefined {
  if (!session) return undefined
  return { unitType, depositUnits, minDepositMicros, minDeltaMicros, alone: meter !== 'request', snapshot }
}
