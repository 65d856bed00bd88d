import { callRpc, Chain, Erc20, labelNetwork, readRpc, signerFor, type NetworkLabel } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { env } from '../env'
import { Caip, type Caip2 } from '@/lib/money'

/** Networks as the page shows them: plain data, gathered from the chain and from our lanes at this moment. */
export type NetworkView = {
  label: NetworkLabel
  /** Highest block that an endpoint answered; null while none can be reached. */
  head: string | null
  headAt: string | null
  endpoints: { host: string; reachable: boolean; head: string | null; latencyMs: number; error: string | null }[]
  /** Only for operators. */
  lanes: Lane[]
}

/** One signer on one network: its gas and its row of nonces. */
export type Lane = {
  address: string
  purpose: string
  /** What it can still pay fees with; null while the network cannot be reached. */
  balance: { base: string; decimals: number; symbol: string } | null
  /** Next nonce we hand out; null until the lane was first used. */
  ours: string | null
  /** Nonces that the chain has used up in its latest block. */
  mined: string | null
  /** The same, counting what waits in the endpoint's pool. */
  pending: string | null
  queued: number
  inFlight: number
  held: number
  oldestInFlightAt: string | null
  /** Something has waited for inclusion for over a minute. */
  stuck: boolean
}

const stuckMs = 60_000
const errorMax = 160

type Counted = {
  network: string
  signer: string
  queued: bigint
  inFlight: bigint
  held: bigint
  oldest: Date | null
}

/**
 * Every network that this server is configured for. An endpoint that does not answer makes a row say so,
 * never an error. Takes as long as the slowest endpoint's timeout.
 */
export async function listNetworks(reader: { operator: boolean }): Promise<NetworkView[]> {
  const networks = Object.keys(env.NETWORKS).map(Caip.parse)
  const [signers, counts] = reader.operator ? await Promise.all([findSigners(), countLanes()]) : [[], []]
  return Promise.all(
    networks.map(async (network): Promise<NetworkView> => {
      const known = addressesOf(
        network,
        signers.filter((signer) => signer.network === network),
      )
      const [endpoints, lanes] = await Promise.all([
        Promise.all((env.NETWORKS[network]?.rpcUrls ?? []).map(askEndpoint)),
        Promise.all(
          (reader.operator ? known : []).map((signer) =>
            toLane(
              network,
              signer,
              counts.find((count) => count.network === network && count.signer === signer.address),
            ),
          ),
        ),
      ])
      const best = endpoints.toSorted((a, b) => Number(BigInt(b.head ?? -1) - BigInt(a.head ?? -1)))[0]
      return {
        label: labelNetwork(network),
        head: best?.head ?? null,
        headAt: best?.at ?? null,
        endpoints: endpoints.map(({ host, reachable, head, latencyMs, error }) => ({
          host,
          reachable,
          head,
          latencyMs,
          error,
        })),
        lanes,
      }
    }),
  )
}

type Signed = { network: string; address: string; purpose: string; nextNonce: bigint | null }

function findSigners(): Promise<Signed[]> {
  return db.query<Signed>(
    sql`SELECT network, address, purpose, next_nonce AS "nextNonce" FROM signer ORDER BY purpose DESC, address`,
  )
}

/** Payers sign raw transactions: those are in no lane of ours. */
function countLanes(): Promise<Counted[]> {
  return db.query<Counted>(sql`
    SELECT network, signer,
      count(*) FILTER (WHERE status = 'queued') AS queued,
      count(*) FILTER (WHERE status IN ('signed', 'submitted')) AS "inFlight",
      count(*) FILTER (WHERE status = 'held') AS held,
      min(coalesce(submitted_at, created_at)) FILTER (WHERE status IN ('signed', 'submitted')) AS oldest
    FROM transaction WHERE kind = 'call' AND status IN ('queued', 'signed', 'submitted', 'held')
    GROUP BY network, signer`)
}

/** Signers with a lane, and those of the environment that were not used yet. */
function addressesOf(network: Caip2, signers: readonly Signed[]): Signed[] {
  const known = [...signers]
  for (const purpose of ['settlement', 'refund', 'execution'] as const) {
    const address = signerFor(network, purpose)?.address
    if (address && !known.some((signer) => signer.address === address && signer.purpose === purpose))
      known.push({ network, address, purpose, nextNonce: null })
  }
  return known
}

async function toLane(network: Caip2, signer: Signed, count: Counted | undefined): Promise<Lane> {
  const [balance, mined, pending] = await Promise.all([
    readBalance(network, signer.address).catch(() => null),
    readNonce(network, signer.address, 'latest'),
    readNonce(network, signer.address, 'pending'),
  ])
  return {
    address: signer.address,
    purpose: signer.purpose,
    balance,
    ours: signer.nextNonce?.toString() ?? null,
    mined,
    pending,
    queued: Number(count?.queued ?? 0),
    inFlight: Number(count?.inFlight ?? 0),
    held: Number(count?.held ?? 0),
    oldestInFlightAt: count?.oldest?.toISOString() ?? null,
    stuck: count?.oldest ? Date.now() - count.oldest.getTime() > stuckMs : false,
  }
}

/** Tempo takes fees in its stable tokens, every other network in its own coin. */
async function readBalance(network: Caip2, address: string): Promise<NonNullable<Lane['balance']>> {
  const chain = Chain.get(network)
  if (chain.family === 'evm') {
    const balance = BigInt(await readRpc<string>(network, 'eth_getBalance', [address, 'latest']))
    return { base: balance.toString(), decimals: 18, symbol: chain.gasSymbol }
  }
  const [asset] = chain.assets
  const call = { to: asset.address, data: Erc20.balanceOfData(address) }
  const balance = BigInt(await readRpc<string>(network, 'eth_call', [call, 'latest']))
  return { base: balance.toString(), decimals: asset.decimals, symbol: asset.symbol }
}

async function readNonce(network: Caip2, address: string, at: 'latest' | 'pending'): Promise<string | null> {
  try {
    return BigInt(await readRpc<string>(network, 'eth_getTransactionCount', [address, at])).toString()
  } catch {
    return null
  }
}

/** Asks for the head. Only the host is told: an endpoint's path often holds a key. */
async function askEndpoint(url: string) {
  const startedMs = Date.now()
  const host = new URL(url).host
  try {
    const block = await callRpc<{ number: string; timestamp: string }>(url, 'eth_getBlockByNumber', ['latest', false])
    return {
      host,
      reachable: true,
      head: BigInt(block.number).toString(),
      at: new Date(Number(BigInt(block.timestamp)) * 1000).toISOString(),
      latencyMs: Date.now() - startedMs,
      error: null,
    }
  } catch (error) {
    const message = (error instanceof Error ? error.message : 'no answer').replaceAll(url, host).slice(0, errorMax)
    return { host, reachable: false, head: null, at: null, latencyMs: Date.now() - startedMs, error: message }
  }
}
