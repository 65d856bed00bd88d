import { decodeFunctionResult, encodeFunctionData, numberToHex, type Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import * as BatchSettlement from './BatchSettlement'
import * as Escrow from './Escrow'
import * as Multicall3 from './Multicall3'
import * as Reserve from './Reserve'
import { readRpc } from './rpc'

/** States of channels, all at one block. */
export type EscrowReading = { blockNumber: bigint; states: readonly Escrow.EscrowState[] }

// getBlockNumber()
const blockNumber: Multicall3.MulticallMember = { target: Multicall3.address, callData: '0x42cbb15c' }

/**
 * The escrow's state of these channels, in order, at a block or by default the newest, by one read that also returns
 * its block. A missing channel has no deposit.
 * @throws RpcError | TransportError if the chain cannot be read; TypeError if there is no such contract.
 */
export async function readEscrow(network: Caip2, ids: readonly Hex[], block?: bigint): Promise<EscrowReading> {
  const { members, toStates } = Escrow.kindOn(network) === 'batch-settlement' ? ofBatchSettlement(ids) : ofReserve(ids)
  const data = Multicall3.encode([blockNumber, ...members])
  const at = block === undefined ? 'latest' : numberToHex(block)
  const answer = await readRpc<Hex>(network, 'eth_call', [{ to: Multicall3.address, data }, at])
  const [readAt, ...found] = Multicall3.decode(answer).map(({ success, returnData }) => {
    if (!success || returnData === '0x') throw new TypeError('the escrow did not answer')
    return returnData
  })
  const states = toStates(found)
  if (readAt === undefined || states.length !== ids.length)
    throw new TypeError('the escrow answered another number of states')
  return { blockNumber: BigInt(readAt), states }
}

type Question = {
  members: readonly Multicall3.MulticallMember[]
  toStates(answers: readonly Hex[]): Escrow.EscrowState[]
}

function ofReserve(ids: readonly Hex[]): Question {
  const { abi } = Reserve
  const functionName = 'getChannelStatesBatch'
  return {
    members: [{ target: Reserve.address, callData: encodeFunctionData({ abi, functionName, args: [ids] }) }],
    toStates: ([data]) =>
      data === undefined
        ? []
        : decodeFunctionResult({ abi, functionName, data }).map(({ settled, deposit, closeRequestedAt }) => ({
            settledBase: settled,
            depositBase: deposit,
            closeRequestedAtMs: closeRequestedAt === 0 ? undefined : closeRequestedAt * 1000,
          })),
  }
}

/** Two calls per channel: its balances, and a requested withdrawal. */
function ofBatchSettlement(ids: readonly Hex[]): Question {
  const { abi, address: target } = BatchSettlement
  return {
    members: ids.flatMap((id) => [
      { target, callData: encodeFunctionData({ abi, functionName: 'channels', args: [id] }) },
      { target, callData: encodeFunctionData({ abi, functionName: 'pendingWithdrawals', args: [id] }) },
    ]),
    toStates: (answers) =>
      ids.flatMap((_, at) => {
        const [held, asked] = [answers[2 * at], answers[2 * at + 1]]
        if (held === undefined || asked === undefined) return []
        const [depositBase, settledBase] = decodeFunctionResult({ abi, functionName: 'channels', data: held })
        const [, initiatedAt] = decodeFunctionResult({ abi, functionName: 'pendingWithdrawals', data: asked })
        return [{ settledBase, depositBase, closeRequestedAtMs: initiatedAt === 0 ? undefined : initiatedAt * 1000 }]
      }),
  }
}

/** An escrow's event with its position. */
export type LocatedEscrowEvent = Escrow.EscrowEvent & { blockNumber: bigint; txHash: Hex }
