import { keccak256, numberToHex, stringToHex, type Hex } from 'viem'
import { AppError } from '../errors'
import type { Caip2 } from '@/lib/money'
import * as Eip3009 from './Eip3009'
import type * as Erc20 from './Erc20'
import { addressTopic, toLog, type Log, type RpcLog } from './Log'
import { readAgreed, readAtHead } from './rpc'

export type AuthorizationUse =
  /** The nonce is unused: the authorization can still be sent. */
  | { kind: 'unused' }
  /** The payer cancelled it, or it was used without the exact transfer: it can never pay. */
  | { kind: 'cancelled' }
  /** This transaction moved the money, whichever party sent it. */
  | { kind: 'moved'; hash: Hex; blockNumber: bigint; logs: readonly Log[]; logIndex: number }

/** How many blocks are searched: authorizations live for minutes, and this is hours. */
const blocksBack = 5_000n

const cancelledTopic = keccak256(stringToHex('AuthorizationCanceled(address,bytes32)'))

type RpcReceipt = { transactionHash: Hex; blockNumber: Hex; logs: RpcLog[] }

/**
 * What happened to an EIP-3009 authorization, by the token's state and events. If there are several endpoints, two have
 * to agree.
 * @param notBefore the earliest block to read at: that of our own receipt, which a lagging node does not have.
 * @throws AppError unavailable if the chain cannot be asked, or does not show what used the nonce: the outcome stays
 * unknown.
 */
export async function findAuthorizationUse(
  network: Caip2,
  transfer: Erc20.Erc20Transfer & { nonce: Hex },
  notBefore = 0n,
): Promise<AuthorizationUse> {
  try {
    const call = { to: transfer.asset, data: Eip3009.stateData(transfer.from, transfer.nonce) }
    const state = await readAtHead<Hex>(network, 'eth_call', (block) => [call, block], notBefore)
    if (!state) throw new Error(`no endpoint shows the nonce in block ${notBefore} or later`)
    if (BigInt(state.answer) === 0n) return { kind: 'unused' }
    const fromBlock = state.block > blocksBack ? state.block - blocksBack : 0n
    const topics = [[Eip3009.usedTopic, cancelledTopic], addressTopic(transfer.from), transfer.nonce]
    const range = { fromBlock: numberToHex(fromBlock), toBlock: numberToHex(state.block) }
    const [event] =
      (await readAgreed<RpcLog[]>(network, 'eth_getLogs', [{ address: transfer.asset, topics, ...range }])) ?? []
    // A nonce is used or cancelled once. A node that shows neither has not seen it or has pruned it: no proof.
    if (!event) throw new Error('the nonce is used, but no endpoint shows by what')
    if (event.topics[0]?.toLowerCase() === cancelledTopic) return { kind: 'cancelled' }
    const { transactionHash } = event
    const receipt = await readAgreed<RpcReceipt | null>(network, 'eth_getTransactionReceipt', [transactionHash])
    if (!receipt) throw new Error(`no endpoint has the receipt of ${transactionHash}`)
    const logs = receipt.logs.map(toLog)
    const logIndex = Eip3009.findTransfer(logs, transfer)
    if (logIndex === undefined) return { kind: 'cancelled' }
    return { kind: 'moved', hash: transactionHash, blockNumber: BigInt(receipt.blockNumber), logs, logIndex }
  } catch (cause) {
    throw new AppError('unavailable', `The chain ${network} cannot be asked at the moment.`, { cause })
  }
}
