import { decodeFunctionResult, encodeFunctionData, numberToHex, type Address, type Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import type { Log } from './Log'
import * as Multicall3 from './Multicall3'
import * as Reserve from './Reserve'
import { readRpc } from './rpc'

/** States of channels, all of one block. */
export type Read = { blockNumber: bigint; states: readonly Reserve.State[] }

// getBlockNumber()
const blockNumberData = '0x42cbb15c'

/**
 * What the contract says of these channels at the newest block, in their order, by one read that also tells which block that
 * is. A channel that is not there has no deposit.
 * @throws RpcError | TransportError when the chain cannot be read; TypeError when no such contract answers.
 */
export async function readReserve(
  network: Caip2,
  ids: readonly Hex[],
  escrow: Address = Reserve.address,
): Promise<Read> {
  const callData = encodeFunctionData({ abi: Reserve.abi, functionName: 'getChannelStatesBatch', args: [ids] })
  const answer = await readRpc<Hex>(network, 'eth_call', [
    {
      to: Multicall3.address,
      data: Multicall3.encode([
        { target: Multicall3.address, callData: blockNumberData },
        { target: escrow, callData },
      ]),
    },
    'latest',
  ])
  const [block, found] = Multicall3.decode(answer)
  if (!block?.success || !found?.success) throw new TypeError('the channel reserve did not answer')
  const states = decodeFunctionResult({
    abi: Reserve.abi,
    functionName: 'getChannelStatesBatch',
    data: found.returnData,
  })
  if (states.length !== ids.length) throw new TypeError('the channel reserve answered another number of states')
  return { blockNumber: BigInt(block.returnData), states: states.map(toState) }
}

type Answer = { address: Hex; topics: Hex[]; data: Hex; logIndex: Hex; blockNumber: Hex; transactionHash: Hex }

/** An event of the contract with where it stands. */
export type Happened = Reserve.Event & { blockNumber: bigint; txHash: Hex }

/**
 * Events of the contract in these blocks, both included, in their order; of these channels only, when named.
 * @throws RpcError | TransportError when the chain cannot be read.
 */
export async function readReserveEvents(
  network: Caip2,
  { fromBlock, toBlock, ids }: { fromBlock: bigint; toBlock: bigint; ids?: readonly Hex[] },
  escrow: Address = Reserve.address,
): Promise<readonly Happened[]> {
  const answers = await readRpc<readonly Answer[]>(network, 'eth_getLogs', [
    {
      address: escrow,
      fromBlock: numberToHex(fromBlock),
      toBlock: numberToHex(toBlock),
      ...(ids && { topics: [null, ids] }),
    },
  ])
  return answers.flatMap((answer) => {
    const log: Log = { ...answer, logIndex: Number(answer.logIndex) }
    const at = { blockNumber: BigInt(answer.blockNumber), txHash: answer.transactionHash }
    return Reserve.eventsOf([log], escrow).map((event) => ({ ...event, ...at }))
  })
}

function toState({
  settled,
  deposit,
  closeRequestedAt,
}: {
  settled: bigint
  deposit: bigint
  closeRequestedAt: number
}): Reserve.State {
  return {
    settledBase: settled,
    depositBase: deposit,
    closeRequestedAtMs: closeRequestedAt === 0 ? undefined : closeRequestedAt * 1000,
  }
}
