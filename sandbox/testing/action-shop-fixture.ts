import { randomUUID } from 'node:crypto'
import { db, json, sql } from '@/lib/db'
import { evmNetwork } from '../evm'
import { guestbookAction, guestbookRules } from '../guestbook'
import { tempoNetwork } from '../tempo'

export const priceBase = 50_000n

/** A merchant that sells lines in the guestbook at $0.05, by payments and by sessions. */
export async function openActionShop(payTo: string): Promise<{ merchantId: string; policyId: string }> {
  const [merchantId, policyId, id] = [randomUUID(), randomUUID(), randomUUID()]
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`)
  await db.execute(sql`
    INSERT INTO execution_policy (id, merchant_id, name, rules)
    VALUES (${policyId}, ${merchantId}, 'Guestbook', ${json(guestbookRules)}::jsonb)`)
  await db.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, execution, policy_id, side_effects, price_micros, session,
      deposit_units)
    VALUES (${id}, ${merchantId}, 'POST', '/guestbook', 'Guestbook', '', ${json(guestbookAction)}::jsonb, ${policyId}, true,
      ${priceBase}, true, 20)`)
  await db.execute(sql`
    INSERT INTO resource_payout (resource_id, network, pay_to)
    VALUES (${id}, ${evmNetwork}, ${payTo}), (${id}, ${tempoNetwork}, ${payTo})`)
  await db.execute(sql`
    INSERT INTO resource_price (resource_id, revision, price_micros, pay_to)
    VALUES (${id}, 1, ${priceBase}, ${json({ [evmNetwork]: payTo, [tempoNetwork]: payTo })}::jsonb)`)
  await db.execute(sql`
    INSERT INTO channel_policy (merchant_id, network, excess_max_micros, min_deposit_micros, min_delta_micros)
    VALUES (${merchantId}, ${tempoNetwork}, 0, 0, 0)`)
  return { merchantId, policyId }
}

/** The request that buys a message. */
export function asking(message: string, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ message }),
  }
}

/** The answer to an agent, as JSON. */
export type Told = {
  intent: string
  status: string
  detail?: string
  code?: string
  transactions: { id: string; status: string; hash: string; receipt: string }[]
}
