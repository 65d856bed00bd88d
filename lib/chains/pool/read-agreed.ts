import type { Caip2 } from '@/lib/money'
import { agreed } from './Agreement'
import * as RpcHealth from './RpcHealth'
import { inOrder, poolOf } from './pools'
import { askEach, isBelieved } from './ask-each'

/**
 * For facts that decide something final: what two endpoints agree on, or the only configured one says. `null` (there is
 * none) requires that every well endpoint says so, two at least. Undefined if they disagree or too few answer. Never
 * throws for trouble with the chain.
 * @throws TypeError if the network is not served.
 */
export async function readAgreed<Result>(
  network: Caip2,
  method: string,
  params: readonly unknown[],
): Promise<Result | undefined> {
  const pool = poolOf(network)
  const [first] = pool.endpoints
  if (pool.endpoints.length === 1 && first) return (await askEach<Result>([first], method, params))[0]
  const line = inOrder(pool, RpcHealth.kindOf(method)).filter(isBelieved)
  const answers = await askEach<Result>(line.slice(0, 2), method, params)
  const early = agreed(method, answers)
  if (early !== undefined && early !== null) return early
  // An absence or a disagreement is put to all endpoints; lost ones are asked only if too few are left.
  const rest = line.slice(2)
  const well = rest.filter(({ health }) => RpcHealth.stateOf(health, performance.now()) === 'closed')
  answers.push(...(await askEach<Result>(well, method, params)))
  if (answers.length < 2)
    answers.push(
      ...(await askEach<Result>(
        rest.filter((endpoint) => !well.includes(endpoint)),
        method,
        params,
      )),
    )
  return agreed(method, answers)
}
