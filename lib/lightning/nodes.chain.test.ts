import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startLightning, type Lightning } from '@/sandbox/lightning'
import { channelSats, lndCall, payInvoice } from '@/sandbox/lightning/client'
import { Bolt11, lndNode, phoenixdNode, type LightningNode, type PaymentOutcome } from '.'

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-nodes-'))
let ln: Lightning
let nodes: Record<'lnd' | 'phoenixd', LightningNode>

beforeAll(async () => {
  ln = await startLightning({ logFile: path.join(dir, 'log') })
  nodes = {
    lnd: lndNode({ url: ln.seller.restUrl, macaroon: ln.seller.macaroon, network: 'regtest' }),
    phoenixd: phoenixdNode({ ...ln.phoenixd, network: 'regtest' }),
  }
})
afterAll(async () => {
  await ln.stop()
  rmSync(dir, { recursive: true, force: true })
})

const ctx = { now: Date.now }
const none = '00'.repeat(32)
const wish = { amountSat: 40n, memo: 'weather', expirySeconds: 600 }
const limits = { maxFeeSat: 100n, timeoutMs: 30_000 }
/** An invoice of the agent: where a refund goes. */
const agentInvoice = async (fields: Record<string, unknown>) =>
  (await lndCall<{ payment_request: string }>(ln.agent, '/v1/invoices', { memo: 'refund', ...fields })).payment_request
const isPaidAtAgent = async (bolt11: string) => {
  const hash = Bolt11.decode(bolt11).paymentHash
  return (await lndCall<{ settled: boolean }>(ln.agent, `/v1/invoice/${hash}`)).settled
}

describe.each(['lnd', 'phoenixd'] as const)('a node behind %s', (kind) => {
  const face = kind === 'lnd' ? 'seller' : 'phoenixd'
  const payPath = kind === 'lnd' ? '/v2/router/send' : '/payinvoice'
  const node = () => nodes[kind]
  afterEach(() => ln.heal(face))

  it('makes an invoice, and sees it open, then paid', async () => {
    const made = await node().createInvoice(ctx, wish)
    expect(Bolt11.decode(made.bolt11)).toMatchObject({
      ...made,
      network: 'regtest',
      amountSat: 40n,
      description: 'weather',
    })
    expect(made.expiresAtMs - Date.now()).toBeGreaterThan(590_000)
    expect(await node().findInvoice(ctx, made.paymentHash)).toEqual({ state: 'open' })
    await payInvoice(ln.agent, made.bolt11)
    const paid = await node().findInvoice(ctx, made.paymentHash)
    expect(paid).toMatchObject({ state: 'paid', paidSat: 40n })
    const { settledAtMs } = paid as { settledAtMs: number }
    expect(Math.abs(Date.now() - settledAtMs)).toBeLessThan(60_000)
    expect(await node().findInvoice(ctx, none)).toEqual({ state: 'missing' })
  })

  it('says when an invoice has expired', async () => {
    // The node counts from its newest block, which may be some seconds old.
    const made = await node().createInvoice(ctx, { ...wish, expirySeconds: 10 })
    const state = async () => (await node().findInvoice(ctx, made.paymentHash)).state
    await expect.poll(state, { timeout: 60_000, interval: 500 }).toBe('expired')
  })

  it('lists every paid invoice at least once, also one that was paid late', async () => {
    const seen = new Set<string>()
    let mark = 0n
    const follow = async () => {
      const { paid, next } = await node().listPaid(ctx, mark)
      for (const one of paid) seen.add(one.paymentHash)
      mark = next
      return paid
    }
    const [early, late] = [await node().createInvoice(ctx, wish), await node().createInvoice(ctx, wish)]
    await payInvoice(ln.agent, late.bolt11)
    expect(await follow()).toContainEqual({
      paymentHash: late.paymentHash,
      paidSat: 40n,
      settledAtMs: expect.any(Number),
    })
    expect(seen.has(early.paymentHash)).toBe(false)
    await payInvoice(ln.agent, early.bolt11)
    await follow()
    expect([early, late].every(({ paymentHash }) => seen.has(paymentHash))).toBe(true)
    const before = mark
    expect((await follow()).length).toBeLessThanOrEqual(seen.size)
    expect(mark).toBeGreaterThanOrEqual(before)
  })

  it('pays a refund to an invoice without an amount, and the same one never twice', async () => {
    const bolt11 = await agentInvoice({})
    const [before, agent] = [await node().readBalance(ctx), await channelSats(ln.agent)]
    const paid = await node().pay(ctx, { bolt11, amountSat: 321n, ...limits })
    expect(paid).toMatchObject({ status: 'succeeded', feeSat: 0n })
    const { preimage } = paid as Extract<PaymentOutcome, { status: 'succeeded' }>
    const { paymentHash } = Bolt11.decode(bolt11)
    expect(preimage.opens(paymentHash)).toBe(true)
    expect(JSON.stringify({ status: paid.status, preimage })).not.toContain(preimage.reveal())
    const again = await node().pay(ctx, { bolt11, amountSat: 321n, ...limits })
    expect(again).toMatchObject({ status: 'succeeded', feeSat: 0n })
    expect(await node().findPayment(ctx, paymentHash)).toMatchObject({ status: 'succeeded', feeSat: 0n })
    expect((await node().readBalance(ctx)).localSat).toBe(before.localSat - 321n)
    expect(await channelSats(ln.agent)).toBe(agent + 321n)
  })

  it('says why a payment failed, and that nothing left', async () => {
    const large = await agentInvoice({ value: '190000000' })
    const failed = { status: 'failed', fault: 'no-balance' }
    expect(await node().pay(ctx, { bolt11: large, ...limits, maxFeeSat: 10_000_000n })).toMatchObject(failed)
    const late = await agentInvoice({ value: '7', expiry: '1' })
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect(await node().pay(ctx, { bolt11: late, ...limits })).toMatchObject({ status: 'failed', fault: 'expired' })
    expect(await node().findPayment(ctx, none)).toEqual({ status: 'missing' })
  })

  it('never begins what is no invoice, of another network, or without one amount', async () => {
    const fixed = await agentInvoice({ value: '7' })
    await expect(node().pay(ctx, { bolt11: 'lnbc1', ...limits })).rejects.toThrow(TypeError)
    await expect(node().pay(ctx, { bolt11: fixed, amountSat: 7n, ...limits })).rejects.toThrow('no other')
    await expect(node().pay(ctx, { bolt11: await agentInvoice({}), ...limits })).rejects.toThrow('Name an amount')
    const mainnet = kind === 'lnd' ? lndNode : phoenixdNode
    const access = { url: ln.seller.restUrl, macaroon: 'aa', password: 'x', network: 'mainnet' } as const
    await expect(mainnet(access).pay(ctx, { bolt11: fixed, ...limits })).rejects.toThrow('another network')
  })

  it('leaves a payment unknown whose answer was lost, and finds it by its hash', async () => {
    const bolt11 = await agentInvoice({ value: '55' })
    const { paymentHash } = Bolt11.decode(bolt11)
    const before = await node().readBalance(ctx)
    await ln.fault(face, { kind: 'lost-after', path: payPath, times: 1 })
    expect(await node().pay(ctx, { bolt11, ...limits })).toMatchObject({ status: 'unknown' })
    expect(await node().findPayment(ctx, paymentHash)).toMatchObject({ status: 'succeeded' })
    expect((await node().readBalance(ctx)).localSat).toBe(before.localSat - 55n)
    expect(await isPaidAtAgent(bolt11)).toBe(true)
  })

  it('leaves a payment unknown that was lost before it began, and finds that it is missing', async () => {
    const bolt11 = await agentInvoice({ value: '56' })
    await ln.fault(face, { kind: 'lost-before', path: payPath, times: 1 })
    expect(await node().pay(ctx, { bolt11, ...limits })).toMatchObject({ status: 'unknown' })
    expect(await node().findPayment(ctx, Bolt11.decode(bolt11).paymentHash)).toEqual({ status: 'missing' })
    expect(await isPaidAtAgent(bolt11)).toBe(false)
    expect(await node().pay(ctx, { bolt11, ...limits })).toMatchObject({ status: 'succeeded' })
  })

  it.each(['error-before', 'error-after'] as const)('leaves a payment unknown that answers %s', async (fault) => {
    const bolt11 = await agentInvoice({ value: '57' })
    await ln.fault(face, { kind: fault, path: payPath, times: 1 })
    expect(await node().pay(ctx, { bolt11, ...limits })).toMatchObject({ status: 'unknown' })
    const isPaid = fault === 'error-after'
    const standing = await node().findPayment(ctx, Bolt11.decode(bolt11).paymentHash)
    expect(standing.status).toBe(isPaid ? 'succeeded' : 'missing')
    expect(await isPaidAtAgent(bolt11)).toBe(isPaid)
  })

  it('says failed, not unknown, where no connection was made', async () => {
    const bolt11 = await agentInvoice({ value: '58' })
    await ln.down(face)
    expect(await node().pay(ctx, { bolt11, ...limits })).toMatchObject({ status: 'failed', fault: 'unreachable' })
    const fault = { name: 'LightningFault', kind: 'unreachable' }
    await expect(node().createInvoice(ctx, wish)).rejects.toMatchObject(fault)
    await expect(node().findInvoice(ctx, none)).rejects.toMatchObject(fault)
    await expect(node().findPayment(ctx, none)).rejects.toMatchObject(fault)
    await ln.heal(face)
    expect(await node().pay(ctx, { bolt11, ...limits })).toMatchObject({ status: 'succeeded' })
  })

  it('tells a refusal from a lost answer', async () => {
    await ln.fault(face, { kind: 'lost-after', times: 1 })
    await expect(node().createInvoice(ctx, wish)).rejects.toMatchObject({ kind: 'unknown' })
    const url = { lnd: ln.seller.restUrl, phoenixd: ln.phoenixd.url }[kind]
    const make = kind === 'lnd' ? lndNode : phoenixdNode
    const stranger = make({ url, macaroon: 'aa', password: 'wrong', network: 'regtest' })
    await expect(stranger.findInvoice(ctx, none)).rejects.toMatchObject({ kind: 'refused' })
    const bolt11 = await agentInvoice({ value: '59' })
    expect(await stranger.pay(ctx, { bolt11, ...limits })).toMatchObject({ status: 'failed', fault: 'refused' })
  })

  it('ends its wait with the caller', async () => {
    await ln.fault(face, { kind: 'slow', delayMs: 60_000, times: 1 })
    const signal = AbortSignal.timeout(50)
    await expect(node().createInvoice({ ...ctx, signal }, wish)).rejects.toMatchObject({ kind: 'unknown' })
  })

  it('knows what it can receive, for some seconds without asking, and takes silence for no', async () => {
    const { localSat, receivableSat } = await node().readBalance(ctx)
    expect(localSat).toBeGreaterThan(40_000_000n)
    expect(receivableSat).toBeGreaterThan(100_000_000n)
    const clock = { nowMs: Date.now() + 60_000 }
    const later = { now: () => clock.nowMs }
    expect(await node().canReceive(later, 1_000n)).toBe(true)
    await ln.down(face)
    expect(await node().canReceive(later, 200_000_000n)).toBe(false)
    expect(await node().canReceive(later, 1_000n)).toBe(true)
    clock.nowMs += 5_001
    expect(await node().canReceive(later, 1_000n)).toBe(false)
    await ln.heal(face)
    clock.nowMs += 2_001
    expect(await node().canReceive(later, 1_000n)).toBe(true)
  })
})

describe('LND', () => {
  it('says that a payment is held, and that one is under way', async () => {
    const preimage = randomBytes(32)
    const hash = createHash('sha256').update(preimage).digest()
    const added = await lndCall<{ payment_request: string }>(ln.seller, '/v2/invoices/hodl', {
      value: '77',
      hash: hash.toString('base64'),
    })
    const payer = lndNode({ url: ln.agent.restUrl, macaroon: ln.agent.macaroon, network: 'regtest' })
    const paying = payer.pay(ctx, { bolt11: added.payment_request, ...limits })
    const hex = hash.toString('hex')
    await expect.poll(async () => (await nodes.lnd.findInvoice(ctx, hex)).state).toBe('held')
    expect(await payer.findPayment(ctx, hex)).toEqual({ status: 'unknown', detail: 'The payment is under way.' })
    expect(await payer.pay(ctx, { bolt11: added.payment_request, ...limits })).toMatchObject({ status: 'unknown' })
    await lndCall(ln.seller, '/v2/invoices/settle', { preimage: preimage.toString('base64') })
    expect(await paying).toMatchObject({ status: 'succeeded' })
    expect(await nodes.lnd.findInvoice(ctx, hex)).toMatchObject({ state: 'paid', paidSat: 77n })
  })
})

describe('phoenixd', () => {
  it('is not asked to pay where its fee is more than allowed', async () => {
    const bolt11 = await agentInvoice({ value: '1000' })
    const refused = await nodes.phoenixd.pay(ctx, { bolt11, maxFeeSat: 7n, timeoutMs: 1_000 })
    expect(refused).toMatchObject({ status: 'failed', fault: 'refused', detail: expect.stringContaining('8 sat') })
    expect(await isPaidAtAgent(bolt11)).toBe(false)
  })
})

describe('a node that answers nonsense', () => {
  let server: Server
  let body = ''
  let url = ''
  beforeAll(async () => {
    server = createServer((_, response) => response.end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => void server.close())

  it.each([
    ['nothing', ''],
    ['a page', '<html>'],
    ['too much', ' '.repeat(3_000_000)],
    ['an invoice of another amount', 'other'],
  ])('with %s makes no offer and loses no payment', async (_, text) => {
    const other = await nodes.lnd.createInvoice(ctx, wish)
    const made = { r_hash: Buffer.from(other.paymentHash, 'hex').toString('base64'), payment_request: other.bolt11 }
    body = text === 'other' ? JSON.stringify(made) : text
    const node = lndNode({ url, macaroon: 'aa', network: 'regtest' })
    await expect(node.createInvoice(ctx, { ...wish, amountSat: 41n })).rejects.toMatchObject({ name: 'LightningFault' })
    const bolt11 = await agentInvoice({ value: '61' })
    expect(await node.pay(ctx, { bolt11, ...limits })).toMatchObject({ status: 'unknown' })
  })

  it('that says paid with a wrong preimage is not believed', async () => {
    const result = { status: 'SUCCEEDED', payment_preimage: 'ab'.repeat(32), fee_msat: '1', failure_reason: '' }
    body = JSON.stringify({ result })
    const node = lndNode({ url, macaroon: 'aa', network: 'regtest' })
    const bolt11 = await agentInvoice({ value: '62' })
    expect(await node.pay(ctx, { bolt11, ...limits })).toMatchObject({ status: 'unknown' })
  })
})
