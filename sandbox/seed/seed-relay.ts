import { randomUUID } from 'node:crypto'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import { createCtx } from '@/lib/ctx'
import { sql } from '@/lib/db'
import { notifyResourceChanged } from '@/lib/merchants/notify-resource-changed'
import { samples, type Sample } from './samples'
import { createSample, findSample, followRun, inTransaction, seedPayouts, seedPolicy, type SeedOptions } from './seed'

/** Slug of the merchant whose payments another facilitator settles. */
export const relaySlug = 'relay'

/** Its two resources, with the wallet and upstream of the demo's merchant: one at a fixed price, one priced by the word. */
export const relayPaths = { url: '/quote', meteredUrl: '/words' } as const

const relayed: readonly Sample[] = [
  {
    method: 'GET',
    path: relayPaths.url,
    price: '0.01',
    name: 'Quote, settled elsewhere',
    description: 'The same line; the reference facilitator settles what is paid for it.',
    permit2: true,
  },
  {
    method: 'GET',
    path: relayPaths.meteredUrl,
    price: '0.01',
    name: 'Words, settled elsewhere',
    description: 'As many words as you ask for with ?count=20; the reference facilitator settles what they come to.',
    permit2: true,
    sessions: samples.metered.sessions,
    pricing: samples.metered.pricing,
  },
]

/**
 * A second merchant, whose payments on some networks go through another facilitator. May be called again:
 * only the facilitator's address follows this run.
 */
export async function seedRelay(
  options: Pick<SeedOptions, 'databaseUrl' | 'upstreamUrl'> & {
    /** Networks and schemes that the remote facilitator settles. */
    routes: readonly { network: string; scheme: string }[]
    /** By CAIP-2 network. */
    payTo: Readonly<Record<string, string>>
    facilitatorUrl: string
  },
): Promise<void> {
  const { routes, payTo } = options
  await inTransaction(options.databaseUrl, async (tx) => {
    await tx.execute(sql`
      INSERT INTO merchant (id, slug, name) VALUES (${randomUUID()}, ${relaySlug}, 'Relay merchant') ON CONFLICT (slug) DO NOTHING`)
    const [merchant] = await tx.query<{ id: string }>(sql`SELECT id FROM merchant WHERE slug = ${relaySlug} FOR UPDATE`)
    if (!merchant) throw new Error('the relay merchant could not be made')
    const events: AuditEvent.AuditEvent[] = []
    await seedPayouts(tx, merchant.id, payTo, events)
    await recordEvents(tx, createCtx({ kind: 'system', id: 'seed' }), events)
    const [upstream] = await tx.query<{ id: string }>(sql`
      INSERT INTO facilitator_upstream (id, merchant_id, name, url)
      VALUES (${randomUUID()}, ${merchant.id}, 'Reference', ${options.facilitatorUrl})
      ON CONFLICT (merchant_id, name) DO UPDATE SET url = EXCLUDED.url RETURNING id`)
    for (const { network, scheme } of routes)
      await tx.execute(sql`
        INSERT INTO facilitator_route (merchant_id, network, scheme, targets)
        VALUES (${merchant.id}, ${network}, ${scheme}, ARRAY[${upstream?.id ?? ''}]::text[])
        ON CONFLICT (merchant_id, network, scheme) DO NOTHING`)
    for (const sample of relayed) {
      const upstreamUrl = `${options.upstreamUrl}${sample.path}`
      const found = await findSample(tx, merchant.id, sample)
      const events = found
        ? await followRun(tx, merchant.id, found, sample, upstreamUrl, payTo)
        : [await createSample(tx, merchant.id, sample, { upstreamUrl, policyId: '', payTo })]
      await recordEvents(tx, createCtx({ kind: 'system', id: 'seed' }), events)
    }
    const channels = routes.filter(({ scheme }) => scheme === 'batch-settlement')
    for (const network of [undefined, ...channels.map((route) => route.network)])
      await recordEvents(tx, createCtx({ kind: 'system', id: 'seed' }), await seedPolicy(tx, merchant.id, network))
    await notifyResourceChanged(tx, relaySlug)
  })
}
