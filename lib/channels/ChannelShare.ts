import type { SettlementTrigger } from './Schedule'

/** A channel's part of a settlement: the voucher that the contract gets, and the amount that it captures. Base units. */
export type ChannelShare = {
  /** Id of the settlement's row. */
  id: string
  channelId: string
  kind: 'settle' | 'close'
  trigger: SettlementTrigger
  cumulativeBase: bigint
  /** Null: the contract captures all of it. */
  captureBase: bigint | null
  /** Close only: the most that goes back to the payer, after which the channel stays open; null: everything. */
  refundBase: bigint | null
}
