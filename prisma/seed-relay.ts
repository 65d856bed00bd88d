import { randomUUID } from 'node:crypto'
import { recordEvents } from '@/lib/audit'
import { createCtx } from '@/lib/ctx'
import { sql } from '@/lib/db'
import { notifyResourceChanged } from '@/lib/merchants/notify-resource-changed'
import type { Sample } from './samples'
import { createSample, findSample, followRun, inTransaction, type SeedOptions } from './seed'

/** Slug of the merchant whose payments another facilitator settles. */
export const relaySlug = 'relay'

/** What it sells, for the same wallet and from the same upstream as the demo's merchant. */
export const relayPath = '/quote'

const relayed: Sample = {
  method: 'GET',
  path: relayPath,
  price: '0.01',
  name: 'Quote, settled elsewhere',
  description: 'The same line; the reference facilitator settles what is paid for it.',
  permit2: true,
}

/**
 * A second merchant, whose `exact` payments on a network go through another facilitator. May be called again:
 * only the facilitator's address follows this run.
 */
export async function seedRelay(
  options: Pick<SeedOptions, 'databaseUrl' | 'upstreamUrl'> & {
    network: string
    payTo: string
    facilitatorUrl: string
  },
): Promise<void> {
  const { network } = options
  const payTo = { [network]: options.payTo }
  await inTransaction(options.databaseUrl, async (tx) => {
    await tx.execute(sql`
      INSERT INTO merchant (id, slug, name) VALUES (${randomUUID()}, ${relaySlug}, 'Relay merchant') ON CONFLICT (slug) DO NOTHING`)
    const [merchant] = await tx.query<{ id: string }>(sql`SELECT id FROM merchant WHERE slug = ${relaySlug} FOR UPDATE`)
    if (!merchant) throw new Error('the relay merchant could not be made')
    const [upstream] = await tx.query<{ id: string }>(sql`
      INSERT INTO facilitator_upstream (id, merchant_id, name, url)
      VALUES (${randomUUID()}, ${merchant.id}, 'Reference', ${options.facilitatorUrl})
      ON CONFLICT (merchant_id, name) DO UPDATE SET url = EXCLUDED.url RETURNING id`)
    await tx.execute(sql`
      INSERT INTO facilitator_route (merchant_id, network, scheme, targets)
      VALUES (${merchant.id}, ${network}, 'exact', ARRAY[${upstream?.id ?? ''}]::text[])
      ON CONFLICT (merchant_id, network, scheme) DO NOTHING`)
    const upstreamUrl = `${options.upstreamUrl}${relayPath}`
    const found = await findSample(tx, merchant.id, relayed)
    const events = found
      ? await followRun(tx, merchant.id, found, relayed, upstreamUrl, payTo)
      : [await createSample(tx, merchant.id, relayed, { upstreamUrl, policyId: '', payTo })]
    await notifyResourceChanged(tx, relaySlug)
    await recordEvents(tx, createCtx({ kind: 'system', id: 'seed' }), events)
  })
}
