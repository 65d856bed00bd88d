import { fetchWithL402 } from '@getalby/lightning-tools/402/l402'
import { expect, test } from '@playwright/test'
import { Challenge, Credential, Receipt } from 'mppx'
import { Mppx, stripe } from 'mppx/client'
import { channelSats, payInvoice, type LndAccess } from '../../sandbox/lightning/client'
import { lightningMethod } from '../../sandbox/lightning/mppx-method'
import { mintToken, stripeClient } from '../../sandbox/stripe'
import { journal, readDemo, type Demo } from '../demo'

/** Agents pay a running demo without a chain: by a token of Stripe with mppx's own client, and from a Lightning node. */

type Rails = {
  resources: { dossier: string }
  stripe: { url: string; profile: string }
  lightning: { network: string; agent: LndAccess; seller: LndAccess }
}
const demo = readDemo() as Demo & Rails
const { dossier } = demo.resources
const overLightning = { 'accept-payment': 'lightning/charge' }
/** $0.75; a bitcoin costs $100,000 in the demo. */
const price = { cents: 75, sats: 750n }

/** The seller's books at Stripe: what its charges brought before fees, and how many it took. */
async function earnedAtStripe(): Promise<{ cents: number; charges: number }> {
  const client = stripeClient({ port: Number(new URL(demo.stripe.url).port) })
  const taken = { cents: 0, charges: 0 }
  for await (const entry of client.balanceTransactions.list({ type: 'charge', limit: 100 })) {
    taken.cents += entry.amount
    taken.charges += 1
  }
  return taken
}

async function sats(): Promise<{ agent: bigint; seller: bigint }> {
  const [agent, seller] = await Promise.all([channelSats(demo.lightning.agent), channelSats(demo.lightning.seller)])
  return { agent, seller }
}

const callsOfDossier = async () => (await journal(demo)).filter(({ path }) => path === '/dossier').length
const receiptOf = (response: Response) => Receipt.deserialize(response.headers.get('payment-receipt') ?? '')
const mint = (amount: string | number) => mintToken(demo.stripe, { amount, profile: demo.stripe.profile })

/** The payment as the API tells it to a holder of its id. */
async function paymentOf(response: Response): Promise<Record<string, unknown>> {
  const found = await fetch(`${demo.baseUrl}/api/v1/payments/${response.headers.get('sluice-payment')}`)
  expect(found.status).toBe(200)
  return (await found.json()) as Record<string, unknown>
}

/** One credential, 64 times at once: all get the one answer. */
async function sendCopies(credential: string, headers: Record<string, string> = {}): Promise<void> {
  const calls = await callsOfDossier()
  const answers = await Promise.all(
    Array.from({ length: 64 }, () => fetch(dossier, { headers: { ...headers, authorization: credential } })),
  )
  expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([])
  expect(new Set(answers.map((answer) => receiptOf(answer).reference)).size).toBe(1)
  expect((await callsOfDossier()) - calls).toBe(1)
}

test('mppx pays by a token of Stripe for exactly the price', async () => {
  const [calls, before] = [await callsOfDossier(), await earnedAtStripe()]
  const agent = Mppx.create({
    polyfill: false,
    methods: [stripe.charge({ paymentMethod: 'pm_card_visa', createToken: ({ amount }) => mint(amount) })],
  })
  const response = await agent.fetch(dossier)
  expect(response.status).toBe(200)
  const receipt = receiptOf(response)
  expect(receipt).toMatchObject({ method: 'stripe', status: 'success' })
  const after = await earnedAtStripe()
  expect([after.cents - before.cents, after.charges - before.charges]).toEqual([price.cents, 1])
  expect((await callsOfDossier()) - calls).toBe(1)
  expect(await paymentOf(response)).toMatchObject({
    network: `stripe:${demo.stripe.profile}`,
    amountBase: String(price.cents),
    status: 'delivered',
    settlement: 'settled',
    transaction: receipt.reference,
  })
})

test('64 copies of one token are one charge', async () => {
  const before = await earnedAtStripe()
  const challenge = Challenge.fromResponseList(await fetch(dossier)).find(({ method }) => method === 'stripe')
  if (!challenge) throw new Error('the dossier is not sold by Stripe')
  await sendCopies(Credential.serialize({ challenge, payload: { spt: await mint(price.cents) } }))
  const after = await earnedAtStripe()
  expect([after.cents - before.cents, after.charges - before.charges]).toEqual([price.cents, 1])
})

test('mppx pays from a Lightning node for exactly the price', async () => {
  const [calls, before] = [await callsOfDossier(), await sats()]
  const agent = Mppx.create({ polyfill: false, methods: [lightningMethod(demo.lightning.agent)] })
  const response = await agent.fetch(dossier, { headers: overLightning })
  expect(response.status).toBe(200)
  const receipt = receiptOf(response)
  expect(receipt).toMatchObject({ method: 'lightning', status: 'success' })
  const after = await sats()
  expect([before.agent - after.agent, after.seller - before.seller]).toEqual([price.sats, price.sats])
  expect((await callsOfDossier()) - calls).toBe(1)
  expect(await paymentOf(response)).toMatchObject({
    network: demo.lightning.network,
    amountBase: String(price.sats),
    status: 'delivered',
    settlement: 'settled',
    transaction: receipt.reference,
  })
})

test('the L402 client of Alby pays the same invoice from a Lightning node', async () => {
  const [calls, before] = [await callsOfDossier(), await sats()]
  const payInvoiceOf = async ({ invoice }: { invoice: string }) => {
    const { preimage } = await payInvoice(demo.lightning.agent, invoice)
    return { preimage }
  }
  const response = await fetchWithL402(dossier, { headers: overLightning }, { wallet: { payInvoice: payInvoiceOf } })
  expect(response.status).toBe(200)
  const after = await sats()
  expect([before.agent - after.agent, after.seller - before.seller]).toEqual([price.sats, price.sats])
  expect((await callsOfDossier()) - calls).toBe(1)
  expect(await paymentOf(response)).toMatchObject({ network: demo.lightning.network, status: 'delivered' })
})

test('64 copies of one preimage are one sale', async () => {
  const before = await sats()
  const list = Challenge.fromResponseList(await fetch(dossier, { headers: overLightning }))
  const challenge = list.find(({ method }) => method === 'lightning')
  const { methodDetails } = (challenge?.request ?? {}) as { methodDetails?: { invoice: string } }
  if (!challenge || !methodDetails) throw new Error('the dossier is not sold over Lightning')
  const { preimage } = await payInvoice(demo.lightning.agent, methodDetails.invoice)
  await sendCopies(Credential.serialize({ challenge, payload: { preimage } }), overLightning)
  const after = await sats()
  expect([before.agent - after.agent, after.seller - before.seller]).toEqual([price.sats, price.sats])
})
