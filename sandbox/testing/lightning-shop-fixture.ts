import { randomUUID } from 'node:crypto'
import { Mppx } from 'mppx/client'
import { db, sql } from '@/lib/db'
import { lndNode, type LightningNode } from '@/lib/lightning'
import { lightningNetwork, type Lightning } from '../lightning'
import { lightningMethod } from '../lightning/mppx-method'

/** A shop that is paid over Lightning, and an agent with a node of its own. */

export { lightningNetwork }

/** Resources at one cent: one that answers, one that fails. */
export async function openLightningShop(lightning: Lightning, upstreamUrl: string): Promise<{ merchantId: string }> {
  const merchantId = randomUUID()
  const payTo = lightning.seller.id
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`)
  for (const path of ['/fortune', '/failing']) {
    const id = randomUUID()
    await db.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
      VALUES (${id}, ${merchantId}, 'GET', ${path}, ${path}, ${upstreamUrl + path}, 10000)`)
    await db.execute(
      sql`INSERT INTO resource_payout (resource_id, network, pay_to) VALUES (${id}, ${lightningNetwork}, ${payTo})`,
    )
    await db.execute(sql`
      INSERT INTO resource_price (resource_id, revision, price_micros, pay_to)
      VALUES (${id}, 1, 10000, ${JSON.stringify({ [lightningNetwork]: payTo })})`)
  }
  return { merchantId }
}

/** The settings of a gateway that is paid by the seller's node. A bitcoin costs 100,000 dollars: a cent is ten satoshis. */
export const lightningSettings = ({ seller }: Lightning) => ({
  LIGHTNING_NODE: JSON.stringify({ kind: 'lnd', url: seller.restUrl, macaroon: seller.macaroon, network: 'regtest' }),
  COIN_PRICES: JSON.stringify({ kind: 'fixed', prices: { BTC: '100000' } }),
})

export const agentNode = ({ agent }: Lightning): LightningNode =>
  lndNode({ url: agent.restUrl, macaroon: agent.macaroon, network: 'regtest' })

/** Pays an invoice by a node and shows its preimage. */
export async function payInvoice(node: LightningNode, bolt11: string): Promise<string> {
  const outcome = await node.pay({ now: Date.now }, { bolt11, maxFeeSat: 10n, timeoutMs: 20_000 })
  if (outcome.status !== 'succeeded') throw new Error(`the invoice was not paid: ${outcome.status}`)
  return outcome.preimage.reveal()
}

/** mppx's client with a node as its wallet. */
export const lightningAgent = ({ agent }: Lightning) =>
  Mppx.create({ polyfill: false, methods: [lightningMethod(agent)] })

/** The wallet that Alby's clients of L402 and MPP ask, over a node. */
export const albyWallet = (node: LightningNode) => ({
  payInvoice: async ({ invoice }: { invoice: string }) => ({ preimage: await payInvoice(node, invoice) }),
})
