import { keccak256, stringToHex, type Hex } from 'viem'
import { AppError } from '../errors'
import type { Caip2 } from '@/lib/money'
import * as Eip3009 from './Eip3009'
import type * as Erc20 from './Erc20'
import { addressTopic, toLog, type Log, type RpcLog } from './Log'
import { readRpc } from './rpc'

export type AuthorizationUse =
  /** Nobody has used the nonce: the authorization can still be sent. */
  | { kind: 'unused' }
  /** The payer cancelled it, or it was used without the exact transfer: it can never pay. */
  | { kind: 'cancelled' }
  /** It moved the money in this transaction, whoever sent that. */
  | { kind: 'moved'; hash: Hex; blockNumber: bigint; logs: readonly Log[]; logIndex: number }

/** How far back the use is looked for: authorizations live for minutes, so this is hours of blocks. */
const blocksBack = 5_000n

const cancelledTopic = keccak256(stringToHex('AuthorizationCanceled(address,bytes32)'))

type RpcReceipt = { transactionHash: Hex; blockNumber: Hex; logs: RpcLog[] }

/**
 * What became of an EIP-3009 authorization, by the token's own state and events.
 * @throws AppError unavailable when the chain cannot be asked, or does not show what used the nonce: then nothing is known.
 */
export async function findAuthorizationUse(
  network: Caip2,
  wanted: Erc20.Moved & { nonce: Hex },
): Promise<AuthorizationUse> {
  try {
    const call = { to: wanted.asset, data: Eip3009.stateData(wanted.from, wanted.nonce) }
    const used = BigInt(await readRpc<Hex>(network, 'eth_call', [call, 'latest'])) !== 0n
    if (!used) return { kind: 'unused' }
    const head = BigInt(await readRpc<Hex>(network, 'eth_blockNumber', []))
    const fromBlock = head > blocksBack ? head - blocksBack : 0n
    const topics = [[Eip3009.usedTopic, cancelledTopic], addressTopic(wanted.from), wanted.nonce]
    const filter = { address: wanted.asset, topics, fromBlock: `0x${fromBlock.toString(16)}`, toBlock: 'latest' }
    const [event] = await readRpc<RpcLog[]>(network, 'eth_getLogs', [filter])
    // A nonce is used or cancelled once. A node that shows neither has not seen it, or has forgotten: no proof.
    if (!event) throw new Error('the nonce is used, but no endpoint shows by what')
    if (event.topics[0]?.toLowerCase() === cancelledTopic) return { kind: 'cancelled' }
    const { transactionHash } = event
    const receipt = await readRpc<RpcReceipt | null>(network, 'eth_getTransactionReceipt', [transactionHash])
    if (!receipt) throw new Error(`no endpoint has the receipt of ${transactionHash}`)
    const logs = receipt.logs.map(toLog)
    const logIndex = Eip3009.findTransfer(logs, wanted)
    if (logIndex === undefined) return { kind: 'cancelled' }
    return { kind: 'moved', hash: transactionHash, blockNumber: BigInt(receipt.blockNumber), logs, logIndex }
  } catch (cause) {
    throw new AppError('unavailable', `The chain ${network} cannot be asked at the moment.`, { cause })
  }
}
