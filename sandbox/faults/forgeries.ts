import { decodeFunctionData, erc20Abi, numberToHex, pad, toFunctionSelector, type Hex } from 'viem'

import type { Answer, Call, Respond } from './node'
import type { Forged } from './rule'

type Receipt = { status: Hex; logs: unknown[] }
type Known = { from: Hex; to: Hex | null; input: Hex }
type Block = { number: Hex; hash: Hex }

const transferTopic = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
/** Whether an authorization of EIP-3009, or the word of a nonce of Permit2, was used. */
const uses = ['function authorizationState(address,bytes32)', 'function nonceBitmap(address,uint256)'].map(
  (signature) => toFunctionSelector(signature),
)

/** The answers of an endpoint that invents one kind of fact and is honest otherwise. */
export function forged(what: Forged): (next: Respond) => Respond {
  return (next) => async (call) => {
    const answer = await next(call)
    if (what === 'unused') return isUse(call) && 'result' in answer ? { result: numberToHex(0, { size: 32 }) } : answer
    if (call.method !== 'eth_getTransactionReceipt' || !('result' in answer)) return answer
    const found = answer.result as Receipt | null
    if (what === 'receipt') return found ? answer : madeUp(next, call)
    if (!found) return answer
    return { result: { ...found, logs: [], ...(what === 'revert' && { status: '0x0' }) } }
  }
}

function isUse({ method, params: [first] }: Call): boolean {
  const data = (first as { data?: Hex; input?: Hex } | undefined)?.data ?? ''
  return method === 'eth_call' && uses.some((selector) => data.startsWith(selector))
}

/** A receipt of what is in no block, in the newest one, with the transfer that its call asks for. */
async function madeUp(next: Respond, { params: [hash] }: Call): Promise<Answer> {
  const read = async (method: string, params: readonly unknown[]) => {
    const answer = await next({ method, params })
    return 'result' in answer ? answer.result : null
  }
  const known = (await read('eth_getTransactionByHash', [hash])) as Known | null
  const block = (await read('eth_getBlockByNumber', ['latest', false])) as Block | null
  if (!known || !block) return { result: null }
  const place = { blockHash: block.hash, blockNumber: block.number, transactionHash: hash, transactionIndex: '0x0' }
  const about = {
    from: known.from,
    to: known.to,
    contractAddress: null,
    type: '0x2',
    logsBloom: numberToHex(0, { size: 256 }),
  }
  const gas = { gasUsed: '0xc350', cumulativeGasUsed: '0xc350', effectiveGasPrice: '0x3b9aca00' }
  const logs = transfersOf(known).map((log) => ({ ...log, ...place, logIndex: '0x0', removed: false }))
  return { result: { ...place, ...about, ...gas, status: '0x1', logs } }
}

function transfersOf({ from, to, input }: Known): { address: Hex; topics: Hex[]; data: Hex }[] {
  if (!to || !input?.startsWith(toFunctionSelector('function transfer(address,uint256)'))) return []
  const { args } = decodeFunctionData({ abi: erc20Abi, data: input })
  const [receiver, value] = args as readonly [Hex, bigint]
  const topics: Hex[] = [transferTopic, pad(from), pad(receiver)]
  return [
    { address: to, topics: topics.map((topic) => topic.toLowerCase() as Hex), data: numberToHex(value, { size: 32 }) },
  ]
}
