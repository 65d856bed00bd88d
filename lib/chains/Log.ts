import type { Hex } from 'viem'

/** A receipt's log as stored: addresses and topics lower-case, `logIndex` counted over the block. */
export type Log = { address: string; topics: readonly Hex[]; data: Hex; logIndex: number }

/** An indexed address as it stands in a topic. */
export function addressTopic(address: string): Hex {
  return `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
}
