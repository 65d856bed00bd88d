import type { Hex } from 'viem'

/** A receipt's log as stored: addresses and topics lower-case, `logIndex` counted over the block. */
export type Log = { address: string; topics: readonly Hex[]; data: Hex; logIndex: number }

/** A log in a node's answer. */
export type RpcLog = {
  address: string
  topics: Hex[]
  data: Hex
  logIndex: Hex
  blockNumber: Hex
  transactionHash: Hex
}

export function toLog(log: RpcLog): Log {
  return {
    address: log.address.toLowerCase(),
    topics: log.topics.map((topic) => topic.toLowerCase() as Hex),
    data: log.data,
    logIndex: Number(log.logIndex),
  }
}

/** An indexed address in a topic. */
export function addressTopic(address: string): Hex {
  return `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
}
