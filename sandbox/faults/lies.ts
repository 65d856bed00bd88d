import { keccak256, numberToHex, type Hex } from 'viem'
import { forged } from './forgeries'
import type { Answer, Call, Respond } from './node'
import type { Fault } from './rule'

type Wrap = (next: Respond) => Respond

/** Falsifies calls and answers for one fault and keeps its state; undefined for faults that falsify nothing. */
export function lieOf(fault: Fault): Wrap | undefined {
  switch (fault.kind) {
    case 'stale':
      return stale(BigInt(fault.blocks))
    case 'nonce':
      return nonce(fault.by)
    case 'no-receipt':
      return withoutReceipt(fault.ms ?? Infinity)
    case 'wrong-chain':
      return wrongChain(fault.chainId)
    case 'other-fork':
      return otherFork
    case 'duplicate':
      return twice
    case 'forged':
      return forged(fault.what)
    default:
      return undefined
  }
}

/** Where a method names the block that it asks about. */
const blockParameter: Record<string, number> = {
  eth_getBlockByNumber: 0,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_call: 1,
  eth_estimateGas: 1,
  eth_feeHistory: 1,
  eth_simulateV1: 1,
  eth_getStorageAt: 2,
}

type Placed = { blockNumber: Hex | null }

/** A node that is `blocks` behind: what came later is not there yet. */
function stale(blocks: bigint): Wrap {
  return (next) => async (call) => {
    const read = async <Result>(method: string, params: readonly unknown[]) =>
      resultOf<Result>(await next({ method, params }))
    const at = (number: bigint) => numberToHex(number > blocks ? number - blocks : 0n)
    const head = at(BigInt(await read<Hex>('eth_blockNumber', [])))
    if (call.method === 'eth_blockNumber') return { result: head }
    if (call.method === 'eth_getTransactionReceipt' || call.method === 'eth_getTransactionByHash') {
      const answer = await next(call)
      const found = resultOf<Placed | null>(answer)
      if (!found?.blockNumber || BigInt(found.blockNumber) <= BigInt(head)) return answer
      if (call.method === 'eth_getTransactionReceipt') return { result: null }
      return { result: { ...found, blockHash: null, blockNumber: null, transactionIndex: null } }
    }
    if (call.method === 'eth_getLogs') {
      const [filter] = call.params as [Record<string, unknown>]
      return next({ ...call, params: [{ ...filter, toBlock: upTo(filter.toBlock, head) }] })
    }
    const index = blockParameter[call.method]
    if (index === undefined) return next(call)
    const params = [...call.params]
    const asked = params[index] ?? 'latest'
    if (asked === 'safe' || asked === 'finalized') {
      const tagged = await read<{ number: Hex } | null>('eth_getBlockByNumber', [asked, false])
      params[index] = at(BigInt(tagged?.number ?? '0x0'))
    } else if (isLater(asked, head)) {
      if (asked !== 'latest' && asked !== 'pending') return unknownBlock(call)
      params[index] = head
    }
    return next({ ...call, params })
  }
}

function isLater(block: unknown, head: Hex): boolean {
  if (block === 'latest' || block === 'pending') return true
  return typeof block === 'string' && /^0x[0-9a-f]+$/i.test(block) && BigInt(block) > BigInt(head)
}

function upTo(block: unknown, head: Hex): unknown {
  return block === undefined || isLater(block, head) ? head : block
}

function unknownBlock({ method }: Call): Answer {
  if (method === 'eth_getBlockByNumber') return { result: null }
  return { error: { code: -32000, message: 'header not found' } }
}

function nonce(by: number | 'frozen'): Wrap {
  const first = new Map<string, Answer>()
  return (next) => async (call) => {
    if (call.method !== 'eth_getTransactionCount') return next(call)
    if (by === 'frozen') {
      const key = JSON.stringify(call.params).toLowerCase()
      const answer = first.get(key) ?? (await next(call))
      first.set(key, answer)
      return answer
    }
    const told = BigInt(resultOf<Hex>(await next(call))) + BigInt(by)
    return { result: numberToHex(told > 0n ? told : 0n) }
  }
}

function withoutReceipt(ms: number): Wrap {
  const askedAtMs = new Map<string, number>()
  return (next) => async (call) => {
    if (call.method !== 'eth_getTransactionReceipt') return next(call)
    const hash = String(call.params[0])
    const sinceMs = askedAtMs.get(hash) ?? performance.now()
    askedAtMs.set(hash, sinceMs)
    return performance.now() - sinceMs < ms ? { result: null } : next(call)
  }
}

function wrongChain(chainId: number): Wrap {
  return (next) => async (call) => {
    if (call.method === 'eth_chainId') return { result: numberToHex(chainId) }
    if (call.method === 'net_version') return { result: String(chainId) }
    return next(call)
  }
}

/** Every block's hash is another, always the same one. */
const otherFork: Wrap = (next) => async (call) => {
  const answer = await next(call)
  if (!('result' in answer) || typeof answer.result !== 'object' || answer.result === null) return answer
  const { hash, blockHash } = answer.result as { hash?: Hex; blockHash?: Hex }
  if (call.method.startsWith('eth_getBlockBy') && hash) return { result: { ...answer.result, hash: keccak256(hash) } }
  if (blockHash) return { result: { ...answer.result, blockHash: keccak256(blockHash) } }
  return answer
}

const twice: Wrap = (next) => async (call) => {
  await next(call)
  return next(call)
}

/** @throws Error with the node's message. */
function resultOf<Result>(answer: Answer): Result {
  if ('error' in answer) throw new Error(answer.error.message)
  return answer.result as Result
}
