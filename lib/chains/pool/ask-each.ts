import { askEndpoint } from './ask-endpoint'
import * as RpcHealth from './RpcHealth'
import { type RpcEndpoint } from './pools'

export function isBelieved({ health }: RpcEndpoint): boolean {
  return RpcHealth.stateOf(health, performance.now()) !== 'lying'
}

/** The answers that arrived, in the order of the endpoints. */
export async function askEach<Result>(
  endpoints: readonly RpcEndpoint[],
  method: string,
  params: readonly unknown[],
): Promise<Result[]> {
  const answers = await Promise.allSettled(endpoints.map((endpoint) => askEndpoint<Result>(endpoint, method, params)))
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
}
