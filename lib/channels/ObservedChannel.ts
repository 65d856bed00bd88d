import type { Escrow } from '@/lib/chains'

/** What the chain says of a channel that exists there, at one block. */
export type ObservedChannel = Escrow.EscrowState & { channelId: string; blockNumber: bigint }
