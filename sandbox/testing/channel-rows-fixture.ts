import { randomBytes, randomUUID } from 'node:crypto'
import type { Hex } from 'viem'
import { db, json, sql } from '@/lib/db'

export const network = 'eip155:1337' as const
export const asset = '0x20c0000000000000000000000000000000000000'

/** A merchant with one resource that sells sessions. */
export async function insertSeller(): Promise<{ merchantId: string; resourceId: string }> {
  const [merchantId, resourceId] = [randomUUID(), randomUUID()]
  const slug = `m-${merchantId.slice(0, 8)}`
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, ${slug}, 'Acme')`)
  await db.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, session)
    VALUES (${resourceId}, ${merchantId}, 'GET', '/x', 'X', 'https://up.example/x', 1000, true)`)
  return { merchantId, resourceId }
}

/** The row of an open channel, without a chain behind it. Returns its id. */
export async function insertChannel(
  { merchantId, resourceId }: { merchantId: string; resourceId: string },
  { depositBase = 1_000_000n, payer = address() }: { depositBase?: bigint; payer?: Hex } = {},
): Promise<Hex> {
  const id = hex(32)
  const payee = address()
  const operator = address()
  const descriptor = {
    payer,
    payee,
    operator,
    token: asset,
    salt: hex(32),
    authorizedSigner: `0x${'0'.repeat(40)}`,
    expiringNonceHash: hex(32),
  }
  await db.execute(sql`
    INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer,
      descriptor, status, deposit_base, open_transaction_id, opened_at)
    VALUES (${id}, ${merchantId}, ${resourceId}, 'mpp', 'mpp tempo session', ${network}, '0x4d50500000000000000000000000000000000000',
      ${asset}, ${payer}, ${payee}, ${operator}, ${payer}, ${json(descriptor)}, 'open', ${depositBase}, ${randomUUID()}, now())`)
  return id
}

export const address = (): Hex => hex(20)

export function hex(bytes: number): Hex {
  return `0x${randomBytes(bytes).toString('hex')}`
}
