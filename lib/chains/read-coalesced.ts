import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { createCoalescer } from './coalesce'
import * as Multicall3 from './Multicall3'
import { readRpc } from './rpc'

const callersMax = 100

const read = createCoalescer<readonly Multicall3.MulticallMember[], (Hex | undefined)[]>(
  callersMax,
  async (network, callers) => {
    const results = await aggregate(network, callers.flat())
    return callers.map(({ length }) => results.splice(0, length))
  },
)

/**
 * View calls at the latest block; concurrent callers share one `eth_call`. A reverting call gives undefined. Never call
 * a stranger's contract here: it could burn the gas of all calls.
 * @throws RpcError | TransportError if the read fails; TypeError if there is no Multicall3.
 */
export function readCoalesced(
  network: Caip2,
  members: readonly Multicall3.MulticallMember[],
): Promise<(Hex | undefined)[]> {
  return read(network, members)
}

async function aggregate(network: Caip2, members: readonly Multicall3.MulticallMember[]): Promise<(Hex | undefined)[]> {
  const data = await readRpc<Hex>(network, 'eth_call', [
    { to: Multicall3.address, data: Multicall3.encode(members) },
    'latest',
  ])
  const results = Multicall3.decode(data)
  if (results.length !== members.length) throw new TypeError('Multicall3 answered another number of results')
  return results.map(({ success, returnData }) => (success ? returnData : undefined))
}
