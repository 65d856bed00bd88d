import type { SettlementTrigger } from './Schedule'

/** A channel's part of a settlement: what the contract is shown, and what is taken of it. Base units. */
export type ChannelShare = {
  /** Of the settlement's row. */
  id: string
  channelId: string
  kind: 'settle' | 'close'
  trigger: SettlementTrigger
  cumulativeBase: bigint
  /** Null where the contract takes all. */
  captureBase: bigint | null
  /** Close only: what goes back to the payer at most, after which the channel goes on; null: everything. */
  refundBase: bigint | null
}
