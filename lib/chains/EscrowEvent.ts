import type { Hex } from 'viem'

/**
 * A contract that holds channels' deposits and pays payees against signed vouchers. There are two; `Escrow` and
 * `settlement/channels/ChannelPlan` hold every difference between them.
 */
export type EscrowKind =
  /** Tempo's precompile: pays a voucher whole, and forgets closed channels. */
  | 'reserve'
  /** x402's contract: takes exactly what is claimed under a voucher, and forgets nothing. */
  | 'batch-settlement'

/** An event of a channel and its position; the channel's id is lower-case. */
export type EscrowEvent = {
  channelId: Hex
  logIndex: number
} & (
  | { name: 'Deposited'; addedBase: bigint; depositBase: bigint }
  | { name: 'Paid'; paidBase: bigint; settledBase: bigint }
  | { name: 'CloseRequested' | 'CloseRequestCancelled' }
  | { name: 'GivenBack'; refundedBase: bigint }
  /** The channel is empty. `refundedBase` is undefined if the event does not say: the whole deposit. */
  | { name: 'Closed'; paidBase: bigint; refundedBase: bigint | undefined }
)
