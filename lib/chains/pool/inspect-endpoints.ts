import { numberToHex, type Hex } from 'viem'
import { Caip, type Caip2 } from '@/lib/money'
import { evm } from '../Chain'
import { askEndpoint } from './ask-endpoint'
import * as RpcHealth from './RpcHealth'
import { doubtNonce, isFrozen, majority } from './Honesty'
import { poolOf, type RpcEndpoint, type RpcPool } from './pools'

const freshMs = 4_000
// An endpoint further behind is clearly late, and the others are not compared at its height.
const comparableBlocks = 64n
const accountsMax = 4

type EndpointCheck = { endpoint: RpcEndpoint; head: bigint | undefined }

/**
 * Checks every endpoint of a network, lost and distrusted ones too: its head and, with several endpoints, its lag and
 * whether it agrees with the others on one block at a common height and on the transaction counts of recently used
 * accounts. A lone endpoint is only asked if no head was seen lately. Never throws for trouble with the chain.
 * @throws TypeError if the network is not served.
 */
export async function inspectEndpoints(network: Caip2): Promise<void> {
  const pool = poolOf(network)
  if (Caip.isSolana(network)) return compareSlots(pool)
  const isLone = pool.endpoints.length === 1
  if (isLone && pool.head && performance.now() - pool.head.seenAtMs < freshMs) return
  const readings = await Promise.all(
    pool.endpoints.map(async (endpoint): Promise<EndpointCheck> => ({ endpoint, head: await readHead(endpoint) })),
  )
  if (!isLone) await compare(pool, readings)
}

async function compare(pool: RpcPool, readings: readonly EndpointCheck[]): Promise<void> {
  const { blockTimeMs, safeDepth } = evm(pool.network)
  const nowMs = performance.now()
  const best = readings.reduce((most, { head = 0n }) => (head > most ? head : most), 0n)
  const near: RpcEndpoint[] = []
  let common = best
  for (const { endpoint, head } of readings) {
    const { health } = endpoint
    if (head === undefined) continue
    health.lag = Number(best - head)
    if (isFrozen(health, best, blockTimeMs, nowMs))
      RpcHealth.distrust(health, `Its head stays at ${head} while others are at ${best}.`, nowMs)
    if (best - head > comparableBlocks) continue
    near.push(endpoint)
    if (head < common) common = head
  }
  // Near the head honest nodes differ for a moment.
  const settled = common > BigInt(safeDepth) ? common - BigInt(safeDepth) : 0n
  await compareBlocks(near, settled)
  const accounts = [...pool.counted].slice(0, accountsMax)
  pool.counted.clear()
  for (const account of accounts) await compareCounts(near, account, common)
}

/** Solana: only the lag. Final facts are asked of several endpoints anyway. */
async function compareSlots({ endpoints }: RpcPool): Promise<void> {
  const slots = await Promise.all(
    endpoints.map((endpoint) => askQuietly<number>(endpoint, 'getSlot', [{ commitment: 'processed' }])),
  )
  const best = slots.reduce<number>((most, slot = 0) => Math.max(most, slot), 0)
  for (const [index, { health }] of endpoints.entries()) {
    const slot = slots[index]
    if (slot === undefined) continue
    RpcHealth.sawHead(health, BigInt(slot), performance.now())
    health.lag = best - slot
  }
}

async function compareBlocks(endpoints: readonly RpcEndpoint[], number: bigint): Promise<void> {
  const hashes = await Promise.all(
    endpoints.map(async (endpoint) =>
      (
        await askQuietly<{ hash: Hex } | null>(endpoint, 'eth_getBlockByNumber', [numberToHex(number), false])
      )?.hash?.toLowerCase(),
    ),
  )
  const most = majority(hashes)
  for (const [index, { health }] of endpoints.entries())
    if (most !== undefined && hashes[index] !== undefined && hashes[index] !== most)
      RpcHealth.distrust(health, `Its block ${number} is not the one of two others.`, performance.now())
}

/** `common` is a height that each of them has. */
async function compareCounts(endpoints: readonly RpcEndpoint[], account: string, common: bigint): Promise<void> {
  const atCommon = await Promise.all(endpoints.map((endpoint) => readCount(endpoint, account, numberToHex(common))))
  const latest = await Promise.all(endpoints.map((endpoint) => readCount(endpoint, account, 'latest')))
  const agreed = majority(atCommon)
  const highest = latest.reduce<bigint>((most, count = 0n) => (count > most ? count : most), 0n)
  for (const [index, endpoint] of endpoints.entries()) {
    const claim = { atCommon: atCommon[index], latest: latest[index], atOwnHead: undefined }
    // Only the highest claim can be ahead of the chain, and only differing claims are worth another round.
    const isAlone = claim.latest === highest && latest.filter((count) => count === highest).length === 1
    const atOwnHead = isAlone ? await readAtHeadOf(endpoint, endpoints, account) : undefined
    const doubt = doubtNonce({ ...claim, atOwnHead }, agreed)
    if (doubt) RpcHealth.distrust(endpoint.health, doubt, performance.now())
  }
}

/** What two others count at this endpoint's current head. */
async function readAtHeadOf(
  endpoint: RpcEndpoint,
  endpoints: readonly RpcEndpoint[],
  account: string,
): Promise<bigint | undefined> {
  const head = await readHead(endpoint)
  if (head === undefined) return undefined
  const others = endpoints.filter((other) => other !== endpoint)
  return majority(await Promise.all(others.map((other) => readCount(other, account, numberToHex(head)))))
}

async function readHead(endpoint: RpcEndpoint): Promise<bigint | undefined> {
  const block = await askQuietly<{ number: Hex } | null>(endpoint, 'eth_getBlockByNumber', ['latest', false])
  return block ? BigInt(block.number) : undefined
}

async function readCount(endpoint: RpcEndpoint, account: string, at: string): Promise<bigint | undefined> {
  const count = await askQuietly<Hex>(endpoint, 'eth_getTransactionCount', [account, at])
  return count === undefined ? undefined : BigInt(count)
}

/** Undefined if it does not answer, which its health records. */
function askQuietly<Result>(
  endpoint: RpcEndpoint,
  method: string,
  params: readonly unknown[],
): Promise<Result | undefined> {
  return askEndpoint<Result>(endpoint, method, params).catch(() => undefined)
}
