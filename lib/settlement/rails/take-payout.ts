import type { Ctx } from '../../ctx'
import { env } from '../../env'
import { recordEvent } from '@/lib/audit'
import { db, sql, withTransaction } from '@/lib/db'
import { Account, postTransfers, type LedgerEntry } from '@/lib/ledger'
import { Rail } from '@/lib/money'
import { keepPayout } from '@/lib/rails'
import { readPayout } from '@/lib/stripe'

/**
 * Books a payout of the installation's balance at Stripe, from the moment that Stripe takes it from the balance, and its return if the
 * bank sends it back. May be called any number of times, in any order. Payouts of connected accounts are not in these books.
 */
export async function takePayout(ctx: Ctx, externalId: string): Promise<void> {
  const now = await readPayout(externalId)
  if (now.kind === 'unknown') throw new Error(now.reason)
  if (now.kind === 'refused' || !env.STRIPE) return
  const { amountBase, currency: asset, status, arrivesAtMs } = now.value
  const payTo = env.STRIPE.profile
  const network = Rail.ofProfile(payTo)
  // Another currency is other business of this account.
  if (!Rail.assetsOf(network).some(({ address }) => address === asset)) return
  const owner = await findOwner(network, payTo)
  await withTransaction(async (tx) => {
    const returned = status === 'failed' || status === 'canceled'
    const about = { externalId, network, asset, payTo, amountBase, status }
    const kept = await keepPayout(tx, { ...about, owner, returned, arrivesAt: new Date(arrivesAtMs) })
    const [bank, clearing] = [Account.bank(kept.owner), Account.clearing(payTo)]
    const entry = { kind: 'direct', network, asset, amountBase } as const
    const entries: LedgerEntry[] = [
      ...(kept.hasLeft ? [{ ...entry, reason: 'payout' as const, debit: bank, credit: clearing }] : []),
      ...(kept.isBack ? [{ ...entry, reason: 'payout_returned' as const, debit: clearing, credit: bank }] : []),
    ]
    if (entries.length === 0) return
    await postTransfers(tx, entries)
    const merchantId = kept.owner === payTo ? undefined : kept.owner
    const data = { payoutId: externalId, amountBase, status, arrivesAtMs }
    await recordEvent(tx, ctx, { type: kept.isBack ? 'rail.payout_returned' : 'rail.paid_out', merchantId, data })
  })
}

/** The merchant that alone is paid into this account; the account itself if several merchants share it. */
async function findOwner(network: string, payTo: string): Promise<string> {
  const owners = await db.query<{ merchantId: string }>(sql`
    SELECT r.merchant_id FROM resource_payout p JOIN resource r ON r.id = p.resource_id
    WHERE p.network = ${network} AND p.pay_to = ${payTo}
    UNION SELECT merchant_id FROM merchant_payout WHERE network = ${network} AND pay_to = ${payTo} LIMIT 2`)
  const [one, other] = owners
  return one && !other ? one.merchantId : payTo
}
