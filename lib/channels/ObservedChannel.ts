import type { Escrow } from '@/lib/chains'

/** The state of a channel in the contract, at one block. */
export type ObservedChannel = Escrow.EscrowState & { channelId: string; blockNumber: bigint }
