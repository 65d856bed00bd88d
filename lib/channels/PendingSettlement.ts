import type { ChannelShare } from './ChannelShare'

/** A settlement whose outcome is not booked yet. */
export type PendingSettlement = Omit<ChannelShare, 'trigger'> & {
  trigger: string
  escrow: `0x${string}`
  transactionId: string
}
