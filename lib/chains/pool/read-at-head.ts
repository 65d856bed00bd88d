import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { agreed, essence } from './Agreement'
import { askEndpoint } from './ask-endpoint'
import * as RpcHealth from './RpcHealth'
import { inOrder, poolOf, type RpcEndpoint } from './pools'
import { isBelieved } from './ask-each'

/**
 * Like `readAgreed`, but at each endpoint's own newest block, named in the call: a lagging node behind the same address
 * then returns an error, not older state. An endpoint whose newest block is below `notBefore` is ignored. Undefined if
 * too few have got that far, or they disagree.
 * @param paramsAt the call's parameters for a block's number.
 * @throws TypeError if the network is not served.
 */
export async function readAtHead<Result>(
  network: Caip2,
  method: string,
  paramsAt: (block: Hex) => readonly unknown[],
  notBefore = 0n,
): Promise<AgreedReading<Result> | undefined> {
  const pool = poolOf(network)
  const askOne = async (endpoint: RpcEndpoint): Promise<AgreedReading<Result>[]> => {
    const number = await askEndpoint<Hex>(endpoint, 'eth_blockNumber', [])
    if (BigInt(number) < notBefore) return []
    return [{ answer: await askEndpoint<Result>(endpoint, method, paramsAt(number)), block: BigInt(number) }]
  }
  const askAll = async (endpoints: readonly RpcEndpoint[]) =>
    (await Promise.allSettled(endpoints.map(askOne))).flatMap((readings) =>
      readings.status === 'fulfilled' ? readings.value : [],
    )
  const [only] = pool.endpoints
  if (pool.endpoints.length === 1 && only) return (await askAll([only]))[0]
  const line = inOrder(pool, RpcHealth.kindOf(method)).filter(isBelieved)
  const readings = await askAll(line.slice(0, 2))
  return agreedAt(method, readings) ?? agreedAt(method, [...readings, ...(await askAll(line.slice(2)))])
}

function agreedAt<Result>(
  method: string,
  readings: readonly AgreedReading<Result>[],
): AgreedReading<Result> | undefined {
  const answer = agreed(
    method,
    readings.map((one) => one.answer),
  )
  if (answer === undefined) return undefined
  const said = essence(method, answer)
  const blocks = readings.filter((one) => essence(method, one.answer) === said).map(({ block }) => block)
  return { answer, block: blocks.reduce((low, block) => (block < low ? block : low)) }
}

/** What endpoints agree on, and the lowest of their blocks. */
export type AgreedReading<Result> = { answer: Result; block: bigint }
