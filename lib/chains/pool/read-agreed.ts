import type { Caip2 } from '@/lib/money'
import { agreed } from './Agreement'
import * as RpcHealth from './RpcHealth'
import { inOrder, poolOf } from './pools'
import { askEach, isBelieved } from './ask-each'

/**
 * A read that something final is decided by: what two endpoints say alike, or the only one where no more are configured.
 * `null` (there is none) holds only when every endpoint that is well says so, two at least. Undefined when they do not agree
 * or too few answered. Never throws for trouble with the chain.
 * @throws TypeError when the network is not served.
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
  // Absence, and a difference, are told by all who can tell; those that were lost are asked when too few are left.
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
