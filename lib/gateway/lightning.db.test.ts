import { Challenge, Credential, Receipt } from 'mppx'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { db, sql } from '@/lib/db'
import type { LightningNode } from '@/lib/lightning'
import { claimLightningRefund } from '@/lib/settlement'
import { startLightning, type Lightning } from '@/sandbox/lightning'
import { lndCall } from '@/sandbox/lightning/client'
import { fetchWithL402 } from '@getalby/lightning-tools/402/l402'
import { fetchWithMpp } from '@getalby/lightning-tools/402/mpp'
import {
  agentNode,
  albyWallet,
  lightningAgent,
  lightningNetwork,
  lightningSettings,
  openLightningShop,
  payInvoice,
} from '@/sandbox/testing/lightning-shop-fixture'
import { callsOf, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { createCtx } from '../ctx'

// The gateway as a process of its own, two real nodes, and mppx's client: an invoice is paid, and its preimage buys one answer.

let lightning: Lightning
let upstream: Upstream
let gateway: GatewayProcess
let node: LightningNode
const env: Record<string, string> = {}
const names = { 'accept-payment': 'lightning/charge' }

beforeAll(async () => {
  upstream = await startUpstream({})
  lightning = await startLightning({ logFile: '/dev/null' })
  node = agentNode(lightning)
  // Read by this process too, which directs refunds.
  Object.assign(process.env, lightningSettings(lightning))
  await openLightningShop(lightning, upstream.baseUrl)
  Object.assign(env, {
    UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`,
    JOBS: 'in-process',
    ...lightningSettings(lightning),
  })
  gateway = await startGateway(env)
  // The price of bitcoin is read by a background task.
  const isOffered = async () => (await ask()).headers.get('www-authenticate')?.includes('method="lightning"') === true
  await vi.waitUntil(isOffered, { timeout: 120_000, interval: 1_000 })
})
afterAll(async () => {
  await gateway?.stop()
  await lightning?.stop()
  await upstream?.stop()
})

const urlOf = (path = '/fortune', of = gateway) => `${of.url}/gateway/acme${path}`
const ask = (path?: string) => fetch(urlOf(path), { headers: names })
type Offer = { methodDetails: { invoice: string; paymentHash: string } }
const offerOf = (response: Response) => {
  const challenge = Challenge.fromResponse(response)
  return { challenge, ...(challenge.request as Offer).methodDetails }
}
const send = (authorization: string, path?: string, of = gateway) =>
  fetch(urlOf(path, of), { headers: { ...names, authorization } })
const balance = async () => (await node.readBalance({ now: Date.now })).localSat
const invoices = async () =>
  (await db.query<{ count: number }>(sql`SELECT count(*)::int AS count FROM rail_invoice`))[0]?.count ?? 0

async function bought(path?: string) {
  const offered = await ask(path)
  const [, token = ''] = /L402 macaroon="([^"]+)"/.exec(offered.headers.get('www-authenticate') ?? '') ?? []
  const { challenge, invoice, paymentHash } = offerOf(offered)
  const preimage = await payInvoice(node, invoice)
  return {
    paymentHash,
    token,
    credential: Credential.serialize({ challenge, payload: { preimage } }),
    challenge,
    preimage,
  }
}

describe('an invoice in a 402', () => {
  it('is paid by an agent and buys one answer, with a receipt that names the hash', async () => {
    const before = await balance()
    const response = await lightningAgent(lightning).fetch(urlOf(), { headers: names })
    expect(response.status).toBe(200)
    const receipt = Receipt.deserialize(response.headers.get('payment-receipt') ?? '')
    const [row] = await db.query<{ paymentHash: string; amountBase: bigint }>(
      sql`SELECT payment_hash, amount_base FROM rail_invoice WHERE paid_at IS NOT NULL`,
    )
    expect(receipt).toMatchObject({ method: 'lightning', reference: row?.paymentHash })
    expect([row?.amountBase, before - (await balance())]).toEqual([10n, 10n])
    const [entry] = await db.query<{ debit: string; amountBase: bigint }>(
      sql`SELECT debit, amount_base FROM transfer WHERE network = ${lightningNetwork} AND reason = 'settle'`,
    )
    expect(entry).toEqual({ debit: `clearing:${lightning.seller.id}`, amountBase: 10n })
    const stored = await db.query(sql`SELECT credential, instrument FROM payment`)
    expect(JSON.stringify(stored)).not.toMatch(/preimage"\s*:/)
  })

  it.each([
    ['L402', fetchWithL402],
    ['MPP', fetchWithMpp],
  ] as const)('is paid by another client of %s', async (_, pay) => {
    const before = await balance()
    const response = await pay(urlOf(), { headers: names }, { wallet: albyWallet(node) })
    expect(response.status).toBe(200)
    expect(before - (await balance())).toBe(10n)
  })

  it('consumed by L402 buys nothing by MPP', async () => {
    const { credential, preimage, token } = await bought()
    expect((await send(`L402 ${token}:${preimage}`)).status).toBe(200)
    const calls = await callsOf(upstream.journalUrl, '/fortune')
    const again = await send(credential)
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([402, 'credential-used'])
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls)
  })

  it('serves once, however often its preimage is shown', async () => {
    const calls = await callsOf(upstream.journalUrl, '/fortune')
    const { credential } = await bought()
    const answers = await Promise.all(Array.from({ length: 64 }, () => send(credential)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls + 1)
  })

  it('takes no other preimage, and keeps the right one good', async () => {
    const { challenge, credential } = await bought()
    const wrong = Credential.serialize({ challenge, payload: { preimage: '0'.repeat(64) } })
    const refused = await send(wrong)
    expect(refused.status).toBe(402)
    const problem = (await refused.json()) as { code: string; type: string }
    expect(problem).toMatchObject({ code: 'lightning-invalid-preimage' })
    expect(JSON.stringify(problem)).not.toContain('0'.repeat(64))
    expect((await send(credential)).status).toBe(200)
  })

  it('cannot be made cheaper', async () => {
    const { challenge, preimage } = await bought()
    const cheaper = { ...challenge, request: { ...challenge.request, amount: '1' } }
    const response = await send(Credential.serialize({ challenge: cheaper, payload: { preimage } }))
    expect(((await response.json()) as { code: string }).code).toBe('lightning-unknown-challenge')
  })

  it('is the same for a client that has not paid it', async () => {
    const [one, two] = [offerOf(await ask()), offerOf(await ask())]
    expect(one.paymentHash).toBe(two.paymentHash)
    const before = await invoices()
    await Promise.all(Array.from({ length: 200 }, () => ask()))
    expect(await invoices()).toBe(before)
  })

  it('is left out while the node does not answer', async () => {
    await lightning.down('seller')
    const response = await ask('/failing')
    await lightning.heal('seller')
    expect(response.status).toBe(402)
    expect(response.headers.get('www-authenticate') ?? '').not.toContain('lightning')
  })
})

describe('a payer that lost its 402 after it paid', () => {
  it('is found by the node, and buys later', async () => {
    const { credential, paymentHash } = await bought()
    const paid = () =>
      db.query(sql`SELECT FROM rail_invoice WHERE payment_hash = ${paymentHash} AND paid_at IS NOT NULL`)
    await expect.poll(async () => (await paid()).length, { timeout: 60_000 }).toBe(1)
    expect((await send(credential)).status).toBe(200)
  })
})

describe('money that bought nothing', () => {
  const invoiceOf = async () =>
    (await lndCall<{ payment_request: string }>(lightning.agent, '/v1/invoices', { memo: 'refund', expiry: '3600' }))
      .payment_request
  const refund = async (authorization: string, invoice: string) =>
    claimLightningRefund(createCtx({ kind: 'agent', id: 'test' }), new Headers({ authorization }), { invoice })
  const statusOf = async (id: string) =>
    (await db.query<{ status: string }>(sql`SELECT status FROM payment WHERE id = ${id}::uuid`))[0]?.status

  it('because its upstream failed goes back to an invoice of the payer, once', async () => {
    const before = await balance()
    const { credential } = await bought('/failing')
    expect((await send(credential, '/failing')).status).toBe(502)
    const invoice = await invoiceOf()
    const claimed = await Promise.allSettled([refund(credential, invoice), refund(credential, await invoiceOf())])
    const done = claimed.filter((one) => one.status === 'fulfilled').map(({ value }) => value)
    expect(done).toHaveLength(1)
    await expect.poll(() => statusOf(done[0]?.paymentId ?? ''), { timeout: 60_000 }).toBe('refunded')
    expect(await balance()).toBe(before)
  })

  it('because it was never claimed goes back, and then buys nothing', async () => {
    const before = await balance()
    const { credential, token, preimage } = await bought()
    const claimed = await refund(`L402 ${token}:${preimage}`, await invoiceOf())
    await expect.poll(() => statusOf(claimed.paymentId), { timeout: 60_000 }).toBe('refunded')
    expect(await balance()).toBe(before)
    const calls = await callsOf(upstream.journalUrl, '/fortune')
    expect((await send(credential)).status).toBe(402)
    expect(await callsOf(upstream.journalUrl, '/fortune')).toBe(calls)
  })

  it('goes nowhere without the whole credential: nodes on the way learn the preimage', async () => {
    const { preimage, challenge, credential } = await bought()
    const { challenge: other } = offerOf(await ask('/failing'))
    const forged = Credential.serialize({ challenge: { ...challenge, id: other.id }, payload: { preimage } })
    await expect(refund(forged, await invoiceOf())).rejects.toMatchObject({ code: 'lightning-unknown-challenge' })
    await expect(refund(preimage, await invoiceOf())).rejects.toMatchObject({ fields: [{ field: 'authorization' }] })
    await expect(refund(credential, 'lnbc1')).rejects.toMatchObject({ fields: [{ field: 'invoice' }] })
    expect((await send(credential)).status).toBe(200)
    await expect(refund(credential, await invoiceOf())).rejects.toMatchObject({ code: 'not-refundable' })
  })
})

describe('a process that is killed', () => {
  it.each(['after-claim', 'before-rail', 'before-rail-commit', 'after-settle'])(
    'at %s serves the payment once or owes it back',
    async (point) => {
      const calls = await callsOf(upstream.journalUrl, '/fortune')
      const dying = await startGateway({ ...env, SLUICE_FAILPOINT: point })
      const { credential, paymentHash } = await bought()
      await send(credential, '/fortune', dying).catch(() => {})
      await dying.exited
      let last = ''
      await expect
        .poll(
          async () => {
            const answer = await send(credential)
            last = answer.ok ? 'served' : ((await answer.json()) as { code: string }).code
            return ['served', 'payment-refunded', 'payment-voided'].includes(last)
          },
          { timeout: 120_000, interval: 500 },
        )
        .toBe(true)
      expect((await callsOf(upstream.journalUrl, '/fortune')) - calls).toBeLessThanOrEqual(1)
      const [payment] = await db.query<{ status: string }>(
        sql`SELECT status FROM payment WHERE claim_key = ${`lightning|${lightningNetwork}|${paymentHash}`}`,
      )
      // The money has moved: it is never free for the seller, and never lost for the payer.
      expect(['delivered', 'refund_due']).toContain(payment?.status)
    },
  )
})
