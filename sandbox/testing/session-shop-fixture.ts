import { randomUUID } from 'node:crypto'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { Hex } from 'viem'
import { db, json, sql } from '@/lib/db'
import { PricePlan } from '@/lib/pricing'
import { fundPathUsd, tempoNetwork } from '../tempo'
import { chains } from './chains'

export const unitBase = 1_000n

/** A micro-dollar a byte of the answer: known after it only. */
export const byTheByte: PricePlan.PricePlan = {
  ...PricePlan.fixed(100n),
  unit: { count: { of: 'response-bytes' }, name: 'byte', per: 1n, tiers: [{ upTo: null, micros: 1n }] },
  maxMicros: 5_000n,
}

/** A merchant that sells sessions at $0.001 a unit over the sample upstream, with no limit in a test's way. */
export async function openSessionShop(upstreamUrl: string, payTo: string): Promise<{ merchantId: string }> {
  const merchantId = randomUUID()
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`)
  for (const [path, upstream, meter] of [
    ['/fortune', '/fortune', 'request'],
    ['/failing', '/failing', 'request'],
    ['/stream', '/stream', 'event'],
    ['/units', '/stream-units', 'units'],
    ['/other', '/fortune', 'request'],
    ['/counted', '/report', 'request'],
  ] as const) {
    const id = randomUUID()
    await db.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, session, meter, streaming, deposit_units)
      VALUES (${id}, ${merchantId}, 'GET', ${path}, ${path}, ${upstreamUrl + upstream}, ${unitBase}, true, ${meter}::meter,
        ${meter !== 'request'}, 1000)`)
    await db.execute(
      sql`INSERT INTO resource_payout (resource_id, network, pay_to) VALUES (${id}, ${tempoNetwork}, ${payTo})`,
    )
    await db.execute(sql`
      INSERT INTO resource_price (resource_id, revision, price_micros, pay_to)
      VALUES (${id}, 1, ${unitBase}, ${JSON.stringify({ [tempoNetwork]: payTo })})`)
  }
  await db.execute(sql`
    UPDATE resource SET pricing = ${json(byTheByte)}::jsonb, price_micros = ${byTheByte.maxMicros} WHERE path = '/counted'`)
  await db.execute(sql`
    INSERT INTO channel_policy (merchant_id, network, excess_max_micros, min_deposit_micros, min_delta_micros)
    VALUES (${merchantId}, ${tempoNetwork}, 0, 0, 0)`)
  return { merchantId }
}

/** A new wallet with ten dollars on the local Tempo. */
export async function newPayer(): Promise<Hex> {
  const key = generatePrivateKey()
  await fundPathUsd(chains().tempo, privateKeyToAccount(key).address, 10_000_000n)
  return key
}

/** A channel's balances in the ledger. */
export async function booksOf(channelId: Hex) {
  const [row] = await db.query<
    Record<'accepted' | 'spent' | 'reserved' | 'settled' | 'units' | 'earned' | 'charged', bigint>
  >(sql`
    SELECT accepted_base AS accepted, spent_base AS spent, reserved_base AS reserved, settled_base AS settled, units,
      (SELECT coalesce(sum(amount_base), 0) FROM transfer WHERE channel_id = channel.id AND reason = 'earn') AS earned,
      (SELECT coalesce(sum(charged_base), 0) FROM voucher WHERE channel_id = channel.id) AS charged
    FROM channel WHERE id = ${channelId.toLowerCase()}`)
  if (!row) throw new Error(`no channel ${channelId}`)
  return row
}
