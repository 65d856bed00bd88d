import type { Ctx } from '../../ctx'
import { env } from '../../env'
import { log } from '../../log'
import { db, sql } from '@/lib/db'
import { Account } from '@/lib/ledger'
import { Rail } from '@/lib/money'
import { readBalance, sumBalanceSince, type StripeOutcome } from '@/lib/stripe'
import { keepComparison } from '../books/keep-comparison'

/**
 * Compares what the ledger says that Stripe holds of the installation's own account with Stripe's balance, as `reconcile` does with
 * chains. What other business of the account moved since the first payment is a difference. A run in which either side moves
 * meanwhile is left out. Safe to run in any process at any time.
 * @returns the number of accounts compared.
 */
export async function reconcileRails(ctx: Ctx): Promise<number> {
  if (!env.STRIPE) return 0
  const network = Rail.ofProfile(env.STRIPE.profile)
  const [unit] = Rail.assetsOf(network)
  const address = env.STRIPE.profile
  if (!unit) return 0
  const asset = unit.address
  const before = await bookedAt(network, asset, address)
  const balance = await readBalance(asset)
  if (balance.kind !== 'done') return later(balance)
  const openingBase = await findOpening({ network, asset, address }, balance.value)
  if (openingBase === undefined || (await bookedAt(network, asset, address)) !== before) return 0
  // Two reads of one moment: the opening is kept for ever, so nothing may have moved between them.
  const again = await readBalance(asset)
  if (again.kind !== 'done' || again.value !== balance.value) return 0
  await keepComparison(ctx, {
    ...{ network, asset, address, openingBase },
    block: BigInt(Math.floor(ctx.now() / 1000)),
    ledgerBase: before,
    chainBase: balance.value,
  })
  return 1
}

function later(outcome: StripeOutcome<unknown>): 0 {
  if (outcome.kind !== 'done') log().warn({ reason: outcome.reason }, 'could not reconcile with Stripe yet')
  return 0
}

async function findFirst(network: string, payTo: string): Promise<Date | undefined> {
  const [row] = await db.query<{ at: Date | null }>(sql`
    SELECT min(settled_at) AS at FROM payment WHERE network = ${network} AND pay_to = ${payTo} AND settlement = 'settled'`)
  return row?.at ?? undefined
}

async function bookedAt(network: string, asset: string, address: string): Promise<bigint> {
  const account = Account.clearing(address)
  const [row] = await db.query<{ base: bigint }>(sql`
    SELECT coalesce((SELECT sum(amount_base) FROM transfer
        WHERE debit = ${account} AND network = ${network} AND asset = ${asset} AND kind IN ('direct', 'post')), 0)
      - coalesce((SELECT sum(amount_base) FROM transfer
        WHERE credit = ${account} AND network = ${network} AND asset = ${asset} AND kind IN ('direct', 'post')), 0) AS base`)
  return row?.base ?? 0n
}

/** A capture may be a little older at Stripe than its booking here. */
const slackMs = 60_000

/**
 * What Stripe held before the first payment: the first time the balance less all that moved it since, later what was stored. Undefined
 * without a payment, or if it cannot be read now.
 */
async function findOpening(
  { network, asset, address }: { network: string; asset: string; address: string },
  balanceBase: bigint,
): Promise<bigint | undefined> {
  const [known] = await db.query<{ openingBase: bigint }>(sql`
    SELECT opening_base FROM reconciliation WHERE network = ${network} AND asset = ${asset} AND address = ${address}
    ORDER BY id DESC LIMIT 1`)
  if (known) return known.openingBase
  const firstAt = await findFirst(network, address)
  if (!firstAt) return undefined
  const moved = await sumBalanceSince(asset, firstAt.getTime() - slackMs)
  if (moved.kind === 'done') return balanceBase - moved.value
  later(moved)
  return undefined
}
