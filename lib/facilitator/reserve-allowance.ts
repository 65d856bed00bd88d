import { Chain } from '@/lib/chains'
import { sql, type Sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Amount, type Caip2 } from '@/lib/money'
import type { ClaimCompanion } from '@/lib/payments'
import type { Caller } from './Caller'
import { assertAllowed } from './find-caller'
import * as CallerLimits from './CallerLimits'

export type AllowanceReservation = {
  paymentId: string
  network: Caip2
  /** Canonical address. */
  asset: string
  /** The highest fee of the settlement, base units of the network's coin; absent = estimated from the last base fee. */
  gasBase?: bigint
  /** Extra gas for what has to run before it. */
  moreGas?: bigint
  /** Value of the payment, micro-dollars. */
  amountMicros: bigint
}

/** The UTC day by the database's clock, the same throughout a transaction. */
const today = sql`(now() AT TIME ZONE 'UTC')::date`

/** Most gas of a single settlement, measured, with a margin; one that shares a transaction takes less. */
const gasPerSettlement = 150_000n
/** A Solana settlement: two signatures, a priority fee, and sometimes the rent of a new token account. */
const lamportsPerSettlement = 2_100_000n

/**
 * Reserves a settlement's cost within its caller's caps of the day, or refuses it. The guarded statement enforces the
 * cap: it waits for concurrent changes of the same counter and then checks the new value, so any number of concurrent
 * requests stay below the cap. Part of the claim's statement, because the caller's other requests wait until that
 * commits; `returnAllowance` returns the unused part.
 * @returns parts of a WITH that write nothing unless `when`; their errors are AppError cap-exceeded.
 * @throws AppError not-allowed for a network or asset.
 */
export function reservation(
  caller: Caller,
  reserved: AllowanceReservation,
  when: Sql,
): ReturnType<ClaimCompanion['write']> {
  const { network, asset, paymentId, amountMicros, moreGas = 0n } = reserved
  assertAllowed(caller, network, asset)
  const { id, merchantId, limits } = caller
  const gasCap = CallerLimits.gasCap(limits, network)
  // "all" is locked first everywhere, so that no deadlock is possible.
  const parts = sql`
    cost AS (SELECT ${reserved.gasBase === undefined ? reckonGas(network, moreGas) : sql`${reserved.gasBase}::numeric`} AS gas WHERE ${when}),
    amount AS (
      INSERT INTO facilitator_usage AS u (caller, network, day, merchant_id, amount_micros, settlements)
      SELECT ${id}, 'all', ${today}, ${merchantId}::uuid, ${amountMicros}::numeric, 1
      FROM cost WHERE ${amountMicros}::numeric <= ${limits.amountMicrosPerDay}::numeric
      ON CONFLICT (caller, network, day) DO UPDATE
        SET amount_micros = u.amount_micros + EXCLUDED.amount_micros, settlements = u.settlements + 1
        WHERE u.amount_micros + EXCLUDED.amount_micros <= ${limits.amountMicrosPerDay}::numeric
      RETURNING 1
    ), gas AS (
      INSERT INTO facilitator_usage AS u (caller, network, day, merchant_id, gas_base, amount_micros, settlements)
      SELECT ${id}, ${network}, ${today}, ${merchantId}::uuid, cost.gas, ${amountMicros}::numeric, 1
      FROM amount, cost WHERE cost.gas <= ${gasCap}::numeric
      ON CONFLICT (caller, network, day) DO UPDATE
        SET gas_base = u.gas_base + EXCLUDED.gas_base, amount_micros = u.amount_micros + EXCLUDED.amount_micros,
          settlements = u.settlements + 1
        WHERE u.gas_base + EXCLUDED.gas_base <= ${gasCap}::numeric
      RETURNING 1
    ), held AS (
      INSERT INTO facilitator_hold (payment_id, caller, network, day, gas_base, amount_micros)
      SELECT ${paymentId}::uuid, ${id}, ${network}, ${today}, cost.gas, ${amountMicros}::numeric FROM gas, cost
    )`
  return {
    parts,
    refusals: [
      {
        unless: sql`EXISTS (SELECT 1 FROM amount)`,
        error: () => exceeded(caller, `${Amount.formatDollars(limits.amountMicrosPerDay)} settled`),
      },
      {
        unless: sql`EXISTS (SELECT 1 FROM gas)`,
        error: () => exceeded(caller, `${toCoins(gasCap, network)} of fees on ${network} spent`),
      },
    ],
  }
}

function exceeded({ name }: Caller, what: string): AppError {
  return new AppError(
    'cap-exceeded',
    `${name} may have ${what} in one UTC day, and this would be more. What is not used is given back when a settlement ends.`,
  )
}

function toCoins(base: bigint, network: Caip2): string {
  const { gasDecimals, gasSymbol } = Chain.get(network)
  return `${Amount.toDecimal(base, gasDecimals)} ${gasSymbol}`
}

/** Twice the latest recorded base fee, plus the tip: the market may rise before the transaction is sent. */
function reckonGas(network: Caip2, moreGas: bigint): Sql {
  const chain = Chain.get(network)
  if (chain.family === 'svm') return sql`${lamportsPerSettlement}::numeric`
  return sql`${gasPerSettlement + moreGas}::numeric * (${chain.minTipWei}::numeric + 2 * coalesce((
    SELECT base_fee_per_gas FROM base_fee WHERE network = ${network} ORDER BY at DESC LIMIT 1), 0))`
}

/** What a settlement finally used. */
export type SpentAllowance = {
  paymentId: string
  /** Base units of the network's coin. */
  gasBase: bigint
  /** True if the money moved. */
  moved: boolean
}

/**
 * Replaces the reservations of settlements by what they used, on the day of the reservation. Idempotent: a second call
 * finds no reservation.
 * @returns the ids of the payments that were trued up now.
 */
export async function returnAllowance(tx: Tx, spent: readonly SpentAllowance[]): Promise<string[]> {
  const ids = spent.map(({ paymentId }) => paymentId)
  await tx.query(sql`
    SELECT 1 FROM facilitator_usage u
    WHERE EXISTS (
      SELECT 1 FROM facilitator_hold h WHERE h.payment_id = ANY(${ids}::uuid[]) AND h.settled_at IS NULL
        AND h.caller = u.caller AND u.network IN ('all', h.network) AND h.day = u.day)
    ORDER BY u.caller COLLATE "C", u.network COLLATE "C", u.day FOR UPDATE`)
  const squared = await tx.query<{ id: string }>(sql`
    WITH spent AS (
      SELECT * FROM unnest(${ids}::uuid[], ${spent.map(({ gasBase }) => gasBase)}::numeric[],
        ${spent.map(({ moved }) => moved)}::bool[]) AS s(id, gas, moved)
    ), squared AS (
      UPDATE facilitator_hold h SET settled_at = now() FROM spent s
      WHERE h.payment_id = s.id AND h.settled_at IS NULL
      RETURNING s.id, h.caller, h.network, h.day, h.gas_base - s.gas AS gas,
        CASE WHEN s.moved THEN 0 ELSE h.amount_micros END AS amount, CASE WHEN s.moved THEN 0 ELSE 1 END AS settlements
    ), back AS (
      SELECT caller, network, day, sum(gas) AS gas, sum(amount) AS amount, sum(settlements)::int AS settlements
      FROM squared GROUP BY caller, network, day
      UNION ALL
      SELECT caller, 'all', day, 0, sum(amount), sum(settlements)::int FROM squared GROUP BY caller, day
    ), given AS (
      UPDATE facilitator_usage u SET gas_base = u.gas_base - b.gas, amount_micros = u.amount_micros - b.amount,
        settlements = u.settlements - b.settlements
      FROM back b WHERE u.caller = b.caller AND u.network = b.network AND u.day = b.day
    )
    SELECT id FROM squared`)
  return squared.map(({ id }) => id)
}
