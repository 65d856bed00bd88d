import type { Hex } from 'viem'
import { orderedUrls, readBacked, readRpc } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import { type MinedReceipt } from './record-inclusion'

type Answer = {
  transactionHash: Hex
  status: Hex
  blockNumber: Hex | null
  blockHash: Hex | null
  gasUsed: Hex
  effectiveGasPrice?: Hex
  l1Fee?: Hex
  logs: readonly { address: Hex; topics: readonly Hex[]; data: Hex; logIndex: Hex }[]
}

type Read = (method: string, params: readonly unknown[]) => Promise<unknown>

/**
 * The receipt of the first of these hashes that has one. Money is booked by it, so if there are several endpoints, a
 * second one has to return the same; it is asked only if the first has a receipt.
 */
export async function findReceipt(
  network: Caip2,
  hashes: readonly string[],
  read?: Read,
): Promise<MinedReceipt | undefined> {
  const readOne: Read = read ?? ((method, params) => readRpc(network, method, params))
  const answers = await Promise.all(hashes.map((hash) => readOne('eth_getTransactionReceipt', [hash])))
  const answer = (answers as (Answer | null)[]).find((receipt) => receipt?.blockHash && receipt.blockNumber)
  if (!answer || read || orderedUrls(network).length === 1) return answer ? parse(answer) : undefined
  const backed = await Promise.all(
    hashes.map((hash) => readBacked<Answer | null>(network, 'eth_getTransactionReceipt', [hash])),
  )
  const agreedReceipt = backed.find((receipt) => receipt?.blockHash && receipt.blockNumber)
  return agreedReceipt ? parse(agreedReceipt) : undefined
}

function parse(answer: Answer): MinedReceipt {
  return {
    hash: answer.transactionHash,
    ok: BigInt(answer.status) === 1n,
    blockNumber: BigInt(answer.blockNumber ?? '0x0'),
    blockHash: answer.blockHash ?? '0x',
    gasUsed: BigInt(answer.gasUsed),
    gasPrice: BigInt(answer.effectiveGasPrice ?? '0x0'),
    l1FeeWei: answer.l1Fee ? BigInt(answer.l1Fee) : null,
    logs: answer.logs.map(({ address, topics, data, logIndex }) => ({
      address: address.toLowerCase(),
      topics,
      data,
      logIndex: Number(logIndex),
    })),
  }
}
