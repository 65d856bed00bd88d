import type { Caip2 } from '@/lib/money'
import { askEndpoint } from './ask-endpoint'
import { RpcError } from './call-rpc'
import * as RpcHealth from './RpcHealth'
import { inOrder, poolOf } from './pools'
import { isBelieved } from './ask-each'

/** How long to wait for the others after two answers. */
const patienceMs = 250

/**
 * The answers or errors of all trusted endpoints. Endpoints without an answer are left out, and so are those much
 * slower than the first two. Never throws for trouble with the chain.
 * @throws TypeError if the network is not served.
 */
export function readEach<Result>(
  network: Caip2,
  method: string,
  params: readonly unknown[],
): Promise<(Result | RpcError)[]> {
  const line = inOrder(poolOf(network), RpcHealth.kindOf(method)).filter(isBelieved)
  const answers: (Result | RpcError)[] = []
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    const add = (answer: Result | RpcError) => {
      answers.push(answer)
      if (answers.length === 2) timer = setTimeout(() => resolve([...answers]), patienceMs)
    }
    const requests = line.map((endpoint) =>
      askEndpoint<Result>(endpoint, method, params).then(add, (error: unknown) => {
        if (error instanceof RpcError) add(error)
      }),
    )
    void Promise.all(requests).then(() => {
      clearTimeout(timer)
      resolve([...answers])
    })
  })
}
