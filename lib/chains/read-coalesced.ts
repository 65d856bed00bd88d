import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import * as Multicall3 from './Multicall3'
import { readRpc } from './rpc'

type Waiting = {
  members: readonly Multicall3.Member[]
  resolve(results: (Hex | undefined)[]): void
  reject(error: unknown): void
}

type Lane = { waiting: Waiting[]; inFlight: number; timer?: NodeJS.Timeout | undefined }

const windowMs = 3
const callersMax = 100

const lanes = new Map<Caip2, Lane>()

/**
 * View calls at the latest block. A lone caller is sent at once; those that come while a read is under way share the next
 * one: after a few milliseconds, or with a hundred callers, or when the read returns. A call that reverts gives undefined.
 * @throws RpcError | TransportError when the read fails; TypeError when no Multicall3 answers.
 */
export function readCoalesced(network: Caip2, members: readonly Multicall3.Member[]): Promise<(Hex | undefined)[]> {
  const lane = lanes.get(network) ?? { waiting: [], inFlight: 0 }
  lanes.set(network, lane)
  return new Promise((resolve, reject) => {
    lane.waiting.push({ members, resolve, reject })
    if (lane.waiting.length >= callersMax) void flush(network, lane)
    // Callers that arrive in this turn of the event loop still join the first read.
    else lane.timer ??= setTimeout(() => void flush(network, lane), lane.inFlight === 0 ? 0 : windowMs)
  })
}

async function flush(network: Caip2, lane: Lane): Promise<void> {
  clearTimeout(lane.timer)
  lane.timer = undefined
  const callers = lane.waiting.splice(0, callersMax)
  if (callers.length === 0) return
  lane.inFlight++
  try {
    const results = await aggregate(
      network,
      callers.flatMap(({ members }) => members),
    )
    for (const { members, resolve } of callers) resolve(results.splice(0, members.length))
  } catch (error) {
    for (const { reject } of callers) reject(error)
  } finally {
    lane.inFlight--
    if (lane.waiting.length > 0) void flush(network, lane)
  }
}

async function aggregate(network: Caip2, members: readonly Multicall3.Member[]): Promise<(Hex | undefined)[]> {
  const data = await readRpc<Hex>(network, 'eth_call', [
    { to: Multicall3.address, data: Multicall3.encode(members) },
    'latest',
  ])
  const results = Multicall3.decode(data)
  if (results.length !== members.length) throw new TypeError('Multicall3 answered another number of results')
  return results.map(({ success, returnData }) => (success ? returnData : undefined))
}
