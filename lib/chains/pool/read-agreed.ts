import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { agreed, essence } from './Agreement'
import { askEndpoint } from './ask-endpoint'
import { RpcError } from './call-rpc'
import * as RpcHealth from './RpcHealth'
import { inOrder, poolOf, type RpcEndpoint } from './pools'

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
  if (pool.endpoints.length === 1 && first) return (await ask<Result>([first], method, params))[0]
  const line = inOrder(pool, RpcHealth.kindOf(method)).filter(isBelieved)
  const answers = await ask<Result>(line.slice(0, 2), method, params)
  const early = agreed(method, answers)
  if (early !== undefined && early !== null) return early
  // Absence, and a difference, are told by all who can tell; those that were lost are asked when too few are left.
  const rest = line.slice(2)
  const well = rest.filter(({ health }) => RpcHealth.stateOf(health, performance.now()) === 'closed')
  answers.push(...(await ask<Result>(well, method, params)))
  if (answers.length < 2)
    answers.push(
      ...(await ask<Result>(
        rest.filter((endpoint) => !well.includes(endpoint)),
        method,
        params,
      )),
    )
  return agreed(method, answers)
}

/**
 * A read that money is booked by before anything is final: what two endpoints say alike. What one says counts alone where it is
 * the only one that answers now: the others are lost, and a final block is still decided by two. Undefined when they do not agree.
 * Never throws for trouble with the chain.
 * @throws TypeError when the network is not served.
 */
export async function readBacked<Result>(
  network: Caip2,
  method: string,
  params: readonly unknown[],
): Promise<Result | undefined> {
  const nowMs = performance.now()
  const there = poolOf(network).endpoints.filter(({ health }) => !unheard.has(RpcHealth.stateOf(health, nowMs)))
  return there.length === 1 ? (await ask<Result>(there, method, params))[0] : readAgreed(network, method, params)
}

const unheard: ReadonlySet<RpcHealth.RpcState> = new Set(['open', 'lying'])

/** What endpoints say alike of the chain, and the lowest of the blocks that they said it of. */
export type AgreedReading<Result> = { answer: Result; block: bigint }

/**
 * As `readAgreed`, of each endpoint's own newest block, which is named in the call: a node behind the same address that lags
 * answers with an error, not of an older block. An endpoint whose newest block is below `notBefore` is not believed. Undefined when too few
 * have got so far, or they do not agree.
 * @param paramsAt the call's parameters for a block's number.
 * @throws TypeError when the network is not served.
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
    (await Promise.allSettled(endpoints.map(askOne))).flatMap((told) => (told.status === 'fulfilled' ? told.value : []))
  const [only] = pool.endpoints
  if (pool.endpoints.length === 1 && only) return (await askAll([only]))[0]
  const line = inOrder(pool, RpcHealth.kindOf(method)).filter(isBelieved)
  const told = await askAll(line.slice(0, 2))
  return agreedAt(method, told) ?? agreedAt(method, [...told, ...(await askAll(line.slice(2)))])
}

function agreedAt<Result>(method: string, told: readonly AgreedReading<Result>[]): AgreedReading<Result> | undefined {
  const answer = agreed(
    method,
    told.map((one) => one.answer),
  )
  if (answer === undefined) return undefined
  const said = essence(method, answer)
  const blocks = told.filter((one) => essence(method, one.answer) === said).map(({ block }) => block)
  return { answer, block: blocks.reduce((low, block) => (block < low ? block : low)) }
}

/** How long those that have not answered are waited for when two have. */
const patienceMs = 250

/**
 * What the endpoints that are believed say: their answers, or their own errors. Those that gave none are left out, and so are
 * those that are much slower than the first two. Never throws for trouble with the chain.
 * @throws TypeError when the network is not served.
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
    const asked = line.map((endpoint) =>
      askEndpoint<Result>(endpoint, method, params).then(add, (error: unknown) => {
        if (error instanceof RpcError) add(error)
      }),
    )
    void Promise.all(asked).then(() => {
      clearTimeout(timer)
      resolve([...answers])
    })
  })
}

function isBelieved({ health }: RpcEndpoint): boolean {
  return RpcHealth.stateOf(health, performance.now()) !== 'lying'
}

/** The answers of those that answered, in their order. */
async function ask<Result>(
  endpoints: readonly RpcEndpoint[],
  method: string,
  params: readonly unknown[],
): Promise<Result[]> {
  const answers = await Promise.allSettled(endpoints.map((endpoint) => askEndpoint<Result>(endpoint, method, params)))
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
}
