import type { Hex } from 'viem'

/**
 * A contract that holds deposits of channels and pays payees against signed vouchers. Two are known; everything that differs
 * between them is asked here or decided in `settlement/Plan`.
 */
export type EscrowKind =
  /** Tempo's precompile: pays a voucher whole, and forgets a channel that was closed. */
  | 'reserve'
  /** x402's contract: takes exactly what is claimed under a voucher, and forgets nothing. */
  | 'batch-settlement'

/** What happened to a channel, with where it stands; the channel's id is lower-case. */
export type EscrowEvent = {
  channelId: Hex
  logIndex: number
} & (
  | { name: 'Deposited'; addedBase: bigint; depositBase: bigint }
  | { name: 'Paid'; paidBase: bigint; settledBase: bigint }
  | { name: 'CloseRequested' | 'CloseRequestCancelled' }
  | { name: 'GivenBack'; refundedBase: bigint }
  /** Nothing of it is left there. `refundedBase` is undefined where the event does not say: all that was deposited. */
  | { name: 'Closed'; paidBase: bigint; refundedBase: bigint | undefined }
)
