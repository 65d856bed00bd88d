import type { Instrument } from '@/lib/chains'
import { sql, type Sql, type Tx } from '@/lib/db'
import type { Payment } from './Payment'

type Reserved = Pick<Payment, 'network' | 'asset' | 'payer' | 'amountBase'>

/**
 * Reserves a payment against its payer's balance: unsettled payments + this one ≤ balance, so that of fifty payments over a
 * balance for one only one passes. Writes no row if it does not fit, or unless `when` holds.
 */
export function reserveExposure(payment: Reserved, balanceBase: bigint, when: Sql): Sql {
  return sql`
    INSERT INTO exposure (network, asset, payer, reserved_base)
    SELECT ${payment.network}, ${payment.asset}, ${payment.payer}, ${payment.amountBase}::numeric
    WHERE ${when} AND ${payment.amountBase}::numeric <= ${balanceBase}::numeric
    ON CONFLICT (network, asset, payer) DO UPDATE
      SET reserved_base = exposure.reserved_base + EXCLUDED.reserved_base
      WHERE exposure.reserved_base + EXCLUDED.reserved_base <= ${balanceBase}::numeric`
}

/**
 * Whether a payment by this instrument reserves a part of its payer's balance. A transaction that the payer signed runs as it
 * is or not at all, and an instrument that was submitted elsewhere has moved already: both reserve nothing.
 */
export function reserves(instrument: Instrument): boolean {
  return (instrument.kind === 'eip3009' && !instrument.submitted) || instrument.kind === 'permit2'
}

/** Releases reservations, once per payment: when it is settled or voided. */
export async function releaseExposure(
  tx: Tx,
  payments: readonly (Reserved & Pick<Payment, 'instrument'>)[],
): Promise<void> {
  if (payments.some(({ instrument }) => reserves(instrument))) await tx.execute(updateReleased(payments))
}

/** The UPDATE of `releaseExposure`, for a larger statement; it writes nothing unless `when` holds. */
export function updateReleased(
  payments: readonly (Reserved & Pick<Payment, 'instrument'>)[],
  when: Sql = sql`true`,
): Sql {
  const reserved = payments.filter((payment) => reserves(payment.instrument))
  // Locked in one order, so that two settlements with common payers never deadlock.
  return sql`
    WITH r AS (
      SELECT network, asset, payer, sum(amount) AS amount
      FROM unnest(
        ${reserved.map((payment) => payment.network)}::text[], ${reserved.map((payment) => payment.asset)}::text[],
        ${reserved.map((payment) => payment.payer)}::text[], ${reserved.map((payment) => payment.amountBase)}::numeric[]
      ) AS p(network, asset, payer, amount)
      GROUP BY network, asset, payer
    ), locked AS (
      SELECT e.network, e.asset, e.payer FROM exposure e JOIN r USING (network, asset, payer)
      ORDER BY e.network, e.asset, e.payer FOR UPDATE OF e)
    UPDATE exposure SET reserved_base = exposure.reserved_base - r.amount
    FROM locked JOIN r USING (network, asset, payer)
    WHERE exposure.network = locked.network AND exposure.asset = locked.asset AND exposure.payer = locked.payer AND ${when}`
}
