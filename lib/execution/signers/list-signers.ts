import {
  Chain,
  Erc20,
  labelNetwork,
  purposes,
  readRpc,
  servedNetworks,
  signersFor,
  Svm,
  type NetworkLabel,
  type CallPurpose,
  type Signer,
} from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** An amount of the fee currency. */
export type GasAmount = { base: string; decimals: number; symbol: string }

/** One signer on one network: its balance and its nonces. Plain data, as of now. */
export type SignerView = {
  network: NetworkLabel
  address: string
  purpose: CallPurpose
  kind: Signer['kind']
  /** Token that pays its fees; null if that is the network's own coin. */
  feeToken: string | null
  /** What it can pay fees with; null while the network cannot be reached. */
  balance: GasAmount | null
  /**
   * How long the balance lasts at the pace of the last seven days, or since its first transaction; null without one.
   */
  daysLeft: number | null
  /** Fees of included transactions since midnight UTC. */
  feesToday: GasAmount
  nonces: {
    /** The next nonce of the lane; null until first use. */
    ours: string | null
    /** Nonces used in the latest block; null while the chain cannot be reached. */
    mined: string | null
    /** The same, including the endpoint's pool. */
    pending: string | null
    /** Taken nonces that the endpoint's pool does not hold; null if unknown. */
    missing: number | null
  }
  queued: number
  inFlight: number
  /** 0 where there are no lanes. */
  inFlightMax: number
  held: number
  /** Why the transaction that is held the longest waits. */
  heldReason: string | null
  /** Transactions in flight for over a minute. */
  stuck: number
  oldestInFlightAt: string | null
}

const stuckSeconds = 60
const windowDays = 7
// A shorter span says nothing about a day.
const spanDaysMin = 1 / 24
const wei = { decimals: 18 } as const

type Counted = {
  network: string
  signer: string
  queued: bigint
  inFlight: bigint
  held: bigint
  heldReason: string | null
  stuck: bigint
  oldest: Date | null
}
type Spent = { network: string; signer: string; todayWei: bigint; windowWei: bigint; spanDays: number }

/**
 * Every configured signer on every served network, in the environment's order. Whatever an endpoint does not return is
 * null, never an error. Takes as long as the slowest endpoint. For operators.
 */
export async function listSigners(): Promise<SignerView[]> {
  const [lanes, counts, fees] = await Promise.all([findLanes(), countOpen(), sumFees()])
  return Promise.all(
    servedNetworks().flatMap((network) =>
      purposes.flatMap((purpose) =>
        keysFor(network, purpose).map((signer) => {
          const mine = (row: { network: string; signer: string }) =>
            row.network === network && row.signer === signer.address
          return view(network, purpose, signer, {
            ours: lanes.find(mine)?.nextNonce ?? null,
            count: counts.find(mine),
            spent: fees.find(mine),
          })
        }),
      ),
    ),
  )
}

/** Solana keys have no lane, so none is ever full. */
function keysFor(network: Caip2, purpose: CallPurpose): readonly Key[] {
  const svm = Svm.svmSignersFor(network, purpose).map(({ address, kind }) => ({ address, kind, inFlightMax: 0 }))
  return [...signersFor(network, purpose), ...svm]
}

function findLanes(): Promise<{ network: string; signer: string; nextNonce: bigint }[]> {
  return db.query(sql`SELECT network, address AS signer, next_nonce FROM signer`)
}

/** Raw transactions are signed by payers and are in no lane of ours. */
function countOpen(): Promise<Counted[]> {
  const isInFlight = sql`status IN ('signed', 'submitted')`
  const since = sql`coalesce(submitted_at, created_at)`
  return db.query<Counted>(sql`
    SELECT network, signer,
      count(*) FILTER (WHERE status = 'queued') AS queued,
      count(*) FILTER (WHERE ${isInFlight}) AS in_flight,
      count(*) FILTER (WHERE status = 'held') AS held,
      (array_agg(held_reason ORDER BY created_at) FILTER (WHERE held_reason IS NOT NULL))[1] AS held_reason,
      count(*) FILTER (WHERE ${isInFlight} AND ${since} < now() - make_interval(secs => ${stuckSeconds})) AS stuck,
      min(${since}) FILTER (WHERE ${isInFlight}) AS oldest
    FROM transaction WHERE kind <> 'raw' AND status IN ('queued', 'signed', 'submitted', 'held')
    GROUP BY network, signer`)
}

/** Recent fees, L1 data fees included, and their time span. A lane older than the window fills it. */
function sumFees(): Promise<Spent[]> {
  const window = sql`make_interval(days => ${windowDays})`
  return db.query<Spent>(sql`
    SELECT network, signer,
      coalesce(sum(fee) FILTER (WHERE included_at >= date_trunc('day', now(), 'UTC')), 0) AS today_wei,
      sum(fee) AS window_wei,
      CASE WHEN EXISTS (
        SELECT 1 FROM transaction older
        WHERE older.network = recent.network AND older.signer = recent.signer AND older.included_at < now() - ${window})
      THEN ${windowDays}::float8
      ELSE (extract(epoch FROM now() - min(included_at)) / 86400)::float8 END AS span_days
    FROM (
      SELECT network, signer, included_at, coalesce(fee_lamports, gas_used * gas_price + coalesce(l1_fee_wei, 0)) AS fee
      FROM transaction
      WHERE network = ANY(${servedNetworks()}::text[]) AND kind <> 'raw' AND included_at >= now() - ${window} AND (fee_lamports IS NOT NULL OR gas_used IS NOT NULL AND gas_price IS NOT NULL)
    ) recent
    GROUP BY network, signer`)
}

type Key = Pick<Signer, 'kind' | 'inFlightMax'> & { address: string }
type Known = { ours: bigint | null; count: Counted | undefined; spent: Spent | undefined }

async function view(
  network: Caip2,
  purpose: CallPurpose,
  { address, kind, inFlightMax }: Key,
  { ours, count, spent }: Known,
): Promise<SignerView> {
  const chain = Chain.get(network)
  const feeToken = chain.family === 'tempo' ? chain.assets[0].address : null
  const [balance, mined, pending] = await Promise.all([
    readBalance(network, address).catch(() => null),
    chain.family === 'svm' ? null : readNonce(network, address, 'latest'),
    chain.family === 'svm' ? null : readNonce(network, address, 'pending'),
  ])
  return {
    network: labelNetwork(network),
    address,
    purpose,
    kind,
    feeToken,
    balance,
    daysLeft: balance && spent ? daysLeft(balance, spent, chain.gasDecimals) : null,
    feesToday: { base: (spent?.todayWei ?? 0n).toString(), decimals: chain.gasDecimals, symbol: chain.gasSymbol },
    nonces: {
      ours: ours?.toString() ?? null,
      mined: mined?.toString() ?? null,
      pending: pending?.toString() ?? null,
      missing: ours === null || pending === null ? null : Number(ours > pending ? ours - pending : 0n),
    },
    queued: Number(count?.queued ?? 0),
    inFlight: Number(count?.inFlight ?? 0),
    inFlightMax,
    held: Number(count?.held ?? 0),
    heldReason: count?.heldReason ?? null,
    stuck: Number(count?.stuck ?? 0),
    oldestInFlightAt: count?.oldest?.toISOString() ?? null,
  }
}

/** Fees are in gas units, balances of fee tokens in the token's units. */
function daysLeft(balance: GasAmount, { windowWei, spanDays }: Spent, gasDecimals: number): number | null {
  if (windowWei === 0n) return null
  const balanceWei = BigInt(balance.base) * 10n ** BigInt(gasDecimals - balance.decimals)
  // In thousandths before the conversion, because the balance may exceed a number's range.
  const times = Number((balanceWei * 1000n) / windowWei) / 1000
  return times * Math.max(spanDays, spanDaysMin)
}

/** Tempo takes fees in its stablecoins, every other network in its own coin. */
async function readBalance(network: Caip2, address: string): Promise<GasAmount> {
  const chain = Chain.get(network)
  if (chain.family === 'svm') {
    const lamports = await Svm.readLamports(network, address)
    return { base: lamports.toString(), decimals: chain.gasDecimals, symbol: chain.gasSymbol }
  }
  if (chain.family === 'evm') {
    const balance = BigInt(await readRpc<string>(network, 'eth_getBalance', [address, 'latest']))
    return { base: balance.toString(), ...wei, symbol: chain.gasSymbol }
  }
  const [asset] = chain.assets
  const call = { to: asset.address, data: Erc20.balanceOfData(address) }
  const balance = BigInt(await readRpc<string>(network, 'eth_call', [call, 'latest']))
  return { base: balance.toString(), decimals: asset.decimals, symbol: asset.symbol }
}

async function readNonce(network: Caip2, address: string, at: 'latest' | 'pending'): Promise<bigint | null> {
  try {
    return BigInt(await readRpc<string>(network, 'eth_getTransactionCount', [address, at]))
  } catch {
    return null
  }
}
