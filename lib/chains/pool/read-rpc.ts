import type { Caip2 } from '@/lib/money'
import { askEndpoint } from './ask-endpoint'
import { RpcError, TransportError } from './call-rpc'
import * as RpcHealth from './RpcHealth'
import { inOrder, poolOf, type RpcEndpoint } from './pools'

// Another node may be able to answer this.
const nodeFaultCodes = new Set([-32601, -32603])

/**
 * A read from the best endpoint; also from the next one if that fails or is later than 95 % of its answers. The first
 * good answer wins.
 * @throws RpcError with the node's own error; TransportError if no endpoint answered; TypeError if the network is not
 * served.
 */
export function readRpc<Result>(network: Caip2, method: string, params: readonly unknown[]): Promise<Result> {
  const pool = poolOf(network)
  const [only] = pool.endpoints
  if (pool.endpoints.length === 1 && only) return askEndpoint<Result>(only, method, params)
  // Counts decide about nonces, so the next inspection compares them.
  if (method === 'eth_getTransactionCount') pool.counted.add(String(params[0]))
  const kind = RpcHealth.kindOf(method)
  return askInTurn(inOrder(pool, kind), kind, method, params)
}

/** The network's endpoints, best first. */
export function orderedUrls(network: Caip2): readonly string[] {
  return inOrder(poolOf(network), 'read').map(({ url }) => url)
}

/** True if another endpoint may give an answer instead of this error. */
export function isNodeFault(error: unknown): boolean {
  return error instanceof TransportError || (error instanceof RpcError && nodeFaultCodes.has(error.code))
}

function askInTurn<Result>(
  line: readonly RpcEndpoint[],
  kind: RpcHealth.RpcKind,
  method: string,
  params: readonly unknown[],
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const over = new AbortController()
    let next = 0
    let inFlight = 0
    let isHedged = false
    let timer: NodeJS.Timeout | undefined

    const end = () => {
      clearTimeout(timer)
      over.abort()
    }
    const askNext = () => {
      clearTimeout(timer)
      const endpoint = line[next++]
      if (!endpoint) return
      inFlight++
      const rival = line[next]
      if (!isHedged && rival && RpcHealth.isWell(rival.health, performance.now()))
        timer = setTimeout(hedge, RpcHealth.lateAfterMs(endpoint.health, kind))
      askEndpoint<Result>(endpoint, method, params, over.signal).then(
        (result) => {
          resolve(result)
          end()
        },
        (error: unknown) => {
          if (over.signal.aborted) return
          inFlight--
          if (isNodeFault(error) && next < line.length) return askNext()
          if (isNodeFault(error) && inFlight > 0) return
          reject(error as Error)
          end()
        },
      )
    }
    const hedge = () => {
      isHedged = true
      askNext()
    }
    askNext()
  })
}
