import { numberToHex, type Hex } from 'viem'
import { AppError } from '../errors'
import type { Caip2 } from '@/lib/money'
import * as Erc20 from './Erc20'
import type { AuthorizationUse } from './find-authorization-use'
import { addressTopic, toLog, type RpcLog } from './Log'
import * as Permit2 from './Permit2'
import { readAgreed, readAtHead } from './rpc'
import { toUint, uintWord } from './word'

/** How many blocks are searched, as for EIP-3009. */
const blocksBack = 5_000n
/** Exact transfers from one payer to one payee are few; more than these are not read. */
const transfersMax = 20

type RpcReceipt = { transactionHash: Hex; blockNumber: Hex; logs: RpcLog[] }

/** Log indices of one transaction that pay for something else. */
type Taken = { hash: string | undefined; logIndices: ReadonlySet<number> }

/**
 * What happened to a Permit2 permit, whichever party sent it. The bitmap only says whether its nonce is used, and
 * Permit2 emits no event for a use. So a use is a transfer of the exact amount by a transaction whose calldata holds
 * the nonce, without an earlier invalidation of the nonce. If there are several endpoints, two have to agree.
 * @param notBefore the earliest block to read at, as for EIP-3009.
 * @throws AppError unavailable if the chain cannot be asked, or does not show what used the nonce: the outcome stays
 * unknown.
 */
export async function findPermitUse(
  network: Caip2,
  { from, nonce }: Pick<Permit2.Permit2Authorization, 'from' | 'nonce'>,
  moved: Erc20.Erc20Transfer,
  taken: Taken,
  notBefore = 0n,
): Promise<AuthorizationUse> {
  try {
    const bitmap = { to: Permit2.address, data: Permit2.bitmapData(from, nonce) }
    const state = await readAtHead<Hex>(network, 'eth_call', (block) => [bitmap, block], notBefore)
    if (!state) throw new Error(`no endpoint shows the nonce in block ${notBefore} or later`)
    if (!Permit2.isUsed(toUint(state.answer), nonce)) return { kind: 'unused' }
    const { block } = state
    const fromBlock = block > blocksBack ? block - blocksBack : 0n
    const range = { fromBlock: numberToHex(fromBlock), toBlock: numberToHex(block) }
    const topics = [Permit2.invalidatedTopic, addressTopic(from)]
    const invalidations = await readLogs(network, { address: Permit2.address, topics, ...range })
    // An invalidation after the use changes nothing.
    const ended = invalidations.filter((log) => Permit2.invalidates(log, nonce)).map(placeOf)
    const use = await findSent(network, nonce, moved, range, taken)
    if (use && !ended.some((place) => place < placeOf(use))) return use
    if (ended.length > 0) return { kind: 'cancelled' }
    throw new Error('the nonce is used, but no endpoint shows by what')
  } catch (cause) {
    throw new AppError('unavailable', `The chain ${network} cannot be asked at the moment.`, { cause })
  }
}

type Range = { fromBlock: Hex; toBlock: Hex }

async function findSent(
  network: Caip2,
  nonce: string,
  moved: Erc20.Erc20Transfer,
  range: Range,
  taken: Taken,
): Promise<Extract<AuthorizationUse, { kind: 'moved' }> | undefined> {
  const topics = [Erc20.transferTopic, addressTopic(moved.from), addressTopic(moved.to)]
  const transfers = await readLogs(network, { address: moved.asset, topics, ...range })
  const exact = transfers.filter((log) => Erc20.isTransfer(toLog(log), moved)).slice(-transfersMax)
  const word = uintWord(BigInt(nonce))
  for (const hash of new Set(exact.map(({ transactionHash }) => transactionHash))) {
    const sent = await readAgreed<{ input: Hex } | null>(network, 'eth_getTransactionByHash', [hash])
    if (sent === undefined) throw new Error(`endpoints do not agree on ${hash}`)
    if (!sent?.input.toLowerCase().includes(word)) continue
    const receipt = await readAgreed<RpcReceipt | null>(network, 'eth_getTransactionReceipt', [hash])
    if (!receipt) throw new Error(`no endpoint has the receipt of ${hash}`)
    const logs = receipt.logs.map(toLog)
    const logIndex = Permit2.findTransfer(logs, moved, hash === taken.hash ? taken.logIndices : new Set())
    if (logIndex !== undefined) return { kind: 'moved', hash, blockNumber: BigInt(receipt.blockNumber), logs, logIndex }
  }
  return undefined
}

/** A log's position on the chain, as an increasing number. */
function placeOf({ blockNumber, logIndex }: { blockNumber: Hex | bigint; logIndex: Hex | number }): bigint {
  return (BigInt(blockNumber) << 32n) + BigInt(logIndex)
}

async function readLogs(network: Caip2, filter: object): Promise<RpcLog[]> {
  const logs = await readAgreed<RpcLog[]>(network, 'eth_getLogs', [filter])
  if (!logs) throw new Error('endpoints do not show the same events')
  return logs
}
