import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import decoder from 'light-bolt11-decoder'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channelSats, lndCall, payInvoice } from './client'
import { startLightning, type Lightning } from '.'

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-lightning-'))
const options = { dir: path.join(dir, 'state'), logFile: path.join(dir, 'log') }
let ln: Lightning

beforeAll(async () => {
  ln = await startLightning(options)
})
afterAll(async () => {
  await ln.stop()
  rmSync(dir, { recursive: true, force: true })
})

type Added = { r_hash: string; payment_request: string; add_index: string; payment_addr: string }
type Looked = {
  state: string
  settled: boolean
  amt_paid_sat: string
  settle_index: string
  r_preimage: string
  value: string
}

const invoice = (fields: Record<string, unknown>, node = ln.seller) =>
  lndCall<Added>(node, '/v1/invoices', { memo: 'weather', expiry: '600', ...fields })
const hexOf = (base64: string) => Buffer.from(base64, 'base64').toString('hex')
const look = ({ r_hash }: Pick<Added, 'r_hash'>, node = ln.seller) =>
  lndCall<Looked>(node, `/v1/invoice/${hexOf(r_hash)}`)
const sha256 = (hex: string) => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex')

describe('a payment', () => {
  it('moves the exact amount over the channel and proves itself by the preimage', async () => {
    const [seller, agent] = [await channelSats(ln.seller), await channelSats(ln.agent)]
    const added = await invoice({ value: '40' })
    const sections = decoder.decode(added.payment_request).sections
    expect(added.payment_request).toMatch(/^lnbcrt400n1/)
    expect(sections.find(({ name }) => name === 'payment_hash')).toMatchObject({ value: hexOf(added.r_hash) })
    expect(await look(added)).toMatchObject({ state: 'OPEN', settled: false, value: '40' })
    const paid = await payInvoice(ln.agent, added.payment_request)
    expect(paid).toMatchObject({ status: 'SUCCEEDED', feeMsat: 0n, failureReason: 'FAILURE_REASON_NONE' })
    expect(sha256(paid.preimage)).toBe(hexOf(added.r_hash))
    expect(await look(added)).toMatchObject({ state: 'SETTLED', settled: true, amt_paid_sat: '40' })
    expect([await channelSats(ln.seller), await channelSats(ln.agent)]).toEqual([seller + 40n, agent - 40n])
  })

  it('goes the other way, with an amount that the payer chooses', async () => {
    const added = await invoice({}, ln.agent)
    await expect(payInvoice(ln.seller, added.payment_request)).rejects.toThrow('amount must be specified')
    expect(await payInvoice(ln.seller, added.payment_request, 1_234n)).toMatchObject({ status: 'SUCCEEDED' })
    expect(await look(added, ln.agent)).toMatchObject({ state: 'SETTLED', amt_paid_sat: '1234', value: '0' })
  })

  it('is made once for an invoice', async () => {
    const added = await invoice({ value_msat: '5000' })
    await payInvoice(ln.agent, added.payment_request)
    const before = await channelSats(ln.agent)
    await expect(payInvoice(ln.agent, added.payment_request)).rejects.toThrow(
      '409 {"error":{"code":6,"message":"invoice is already paid","details":[]}}',
    )
    expect(await channelSats(ln.agent)).toBe(before)
  })

  it('runs beside 63 others', async () => {
    const [seller, agent] = [await channelSats(ln.seller), await channelSats(ln.agent)]
    const added = await Promise.all(Array.from({ length: 64 }, () => invoice({ value: '1000' })))
    const paid = await Promise.all(added.map(({ payment_request }) => payInvoice(ln.agent, payment_request)))
    expect(new Set(paid.map(({ status }) => status))).toEqual(new Set(['SUCCEEDED']))
    expect([await channelSats(ln.seller), await channelSats(ln.agent)]).toEqual([seller + 64_000n, agent - 64_000n])
  })

  it('fails with its reason where the invoice has expired or the channel has too little', async () => {
    const late = await invoice({ value: '40', expiry: '1' })
    await expect.poll(async () => (await look(late)).state).toBe('CANCELED')
    await expect(payInvoice(ln.agent, late.payment_request)).rejects.toThrow('invoice expired')
    const large = await invoice({ value: '190000000' })
    const failed = { status: 'FAILED', failureReason: 'FAILURE_REASON_INSUFFICIENT_BALANCE' }
    expect(await payInvoice(ln.agent, large.payment_request)).toMatchObject(failed)
    expect(await look(large)).toMatchObject({ state: 'OPEN' })
  })

  it('waits for a hold invoice, and is tracked', async () => {
    const preimage = randomBytes(32)
    const hash = createHash('sha256').update(preimage).digest()
    const added = await lndCall<Added>(ln.seller, '/v2/invoices/hodl', { value: '77', hash: hash.toString('base64') })
    const paying = payInvoice(ln.agent, added.payment_request)
    const target = { r_hash: hash.toString('base64') }
    await expect.poll(async () => (await look(target)).state).toBe('ACCEPTED')
    await expect(payInvoice(ln.agent, added.payment_request)).rejects.toThrow('payment is in transition')
    await lndCall(ln.seller, '/v2/invoices/settle', { preimage: preimage.toString('base64') })
    expect(await paying).toMatchObject({ status: 'SUCCEEDED', preimage: preimage.toString('hex') })
    const tracked = await lndCall<{ result: { status: string } }>(
      ln.agent,
      `/v2/router/track/${hash.toString('base64url')}`,
    )
    expect(tracked.result.status).toBe('SUCCEEDED')
  })
})

describe('the words of LND', () => {
  it('ask for the macaroon', async () => {
    const refused = lndCall({ ...ln.seller, macaroon: 'ff' }, '/v1/getinfo')
    await expect(refused).rejects.toThrow('500 {"code":2,"message":"verification failed')
    const response = await fetch(`${ln.seller.restUrl}/v1/getinfo`)
    expect(await response.json()).toMatchObject({ code: 2, message: 'expected 1 macaroon, got 0' })
  })

  it('say what is missing', async () => {
    const none = Buffer.alloc(32)
    await expect(lndCall(ln.seller, `/v1/invoice/${none.toString('hex')}`)).rejects.toThrow(
      '404 {"code":5,"message":"unable to locate invoice","details":[]}',
    )
    await expect(lndCall(ln.agent, `/v2/router/track/${none.toString('base64url')}`)).rejects.toThrow(
      `404 {"error":{"code":5,"message":"payment isn't initiated","details":[]}}`,
    )
  })

  it('list invoices and payments by index, and stream what is settled', async () => {
    type Page = { invoices: { add_index: string; state: string }[]; last_index_offset: string }
    const first = await lndCall<Page>(ln.seller, '/v1/invoices?num_max_invoices=2')
    expect(first.invoices.map(({ add_index }) => add_index)).toEqual(['1', '2'])
    const next = await lndCall<Page>(
      ln.seller,
      `/v1/invoices?num_max_invoices=2&index_offset=${first.last_index_offset}`,
    )
    expect(next.invoices.map(({ add_index }) => add_index)).toEqual(['3', '4'])
    const { payments } = await lndCall<{ payments: { status: string }[] }>(ln.agent, '/v1/payments')
    expect(payments.every(({ status }) => status === 'SUCCEEDED')).toBe(true)
    const stop = new AbortController()
    const response = await fetch(`${ln.seller.restUrl}/v1/invoices/subscribe?settle_index=1`, {
      headers: { 'Grpc-Metadata-macaroon': ln.seller.macaroon },
      signal: stop.signal,
    })
    const added = await invoice({ value: '9' })
    await payInvoice(ln.agent, added.payment_request)
    let text = ''
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(chunk)
      const lines = text.split('\n').slice(0, -1)
      const results = lines.map((line) => (JSON.parse(line) as { result: Looked & Added }).result)
      if (results.some(({ r_hash, settled }) => r_hash === added.r_hash && settled)) {
        expect(results[0]?.settle_index).toBe('2')
        break
      }
    }
    stop.abort()
  })

  it('say what the channel can take', async () => {
    const { channels } = await lndCall<{ channels: Record<string, string | boolean>[] }>(ln.seller, '/v1/channels')
    expect(channels).toHaveLength(1)
    const [channel] = channels
    expect(channel).toMatchObject({ active: true, initiator: false, capacity: '200000000' })
    const sum = ['local_balance', 'remote_balance', 'commit_fee', 'unsettled_balance'].reduce(
      (total, field) => total + BigInt(channel?.[field] as string),
      0n,
    )
    expect(sum).toBe(200_000_000n)
  })
})

describe('faults', () => {
  it('lose the answer of a payment that was made, or of one that was not', async () => {
    const lost = await invoice({ value: '11' })
    await ln.fault('agent', { kind: 'lost-after', path: '/v2/router/send', times: 1 })
    await expect(payInvoice(ln.agent, lost.payment_request)).rejects.toThrow('fetch failed')
    expect(await look(lost)).toMatchObject({ state: 'SETTLED' })
    const kept = await invoice({ value: '11' })
    await ln.fault('agent', { kind: 'lost-before', path: '/v2/router/send', times: 1 })
    await expect(payInvoice(ln.agent, kept.payment_request)).rejects.toThrow('fetch failed')
    expect(await look(kept)).toMatchObject({ state: 'OPEN' })
    expect(await payInvoice(ln.agent, kept.payment_request)).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('answer 500, or not at all, until they are healed', async () => {
    await ln.fault('seller', { kind: 'error-before' })
    await expect(invoice({ value: '1' })).rejects.toThrow('500 {"code":13,"message":"internal error","details":[]}')
    await ln.heal('seller')
    await ln.down('seller')
    await expect(invoice({ value: '1' })).rejects.toThrow('fetch failed')
    await ln.heal('seller')
    expect(await invoice({ value: '1' })).toHaveProperty('payment_request')
  })

  it('keep a payment under way while the nodes are parted', async () => {
    const added = await invoice({ value: '13' })
    await ln.disconnect()
    const failed = await payInvoice(ln.agent, added.payment_request)
    expect(failed).toMatchObject({ status: 'FAILED' })
    await ln.connect()
    await expect
      .poll(async () => (await payInvoice(ln.agent, added.payment_request).catch(() => undefined))?.status)
      .toBe('SUCCEEDED')
  })
})

describe('the process', () => {
  const kill = async () => {
    process.kill(-ln.child.pid, 'SIGKILL')
    await ln.child.ended
    ln = await startLightning(options)
  }

  it('is killed right after a payment and has the same books when it starts again', async () => {
    const [seller, agent] = [await channelSats(ln.seller), await channelSats(ln.agent)]
    const { id, macaroon } = ln.seller
    const added = await invoice({ value: '500' })
    const paid = await payInvoice(ln.agent, added.payment_request)
    await kill()
    expect(ln.seller).toMatchObject({ id, macaroon })
    expect([await channelSats(ln.seller), await channelSats(ln.agent)]).toEqual([seller + 500n, agent - 500n])
    const { state, r_preimage } = await look(added)
    expect({ state, preimage: hexOf(r_preimage) }).toEqual({ state: 'SETTLED', preimage: paid.preimage })
    await expect(payInvoice(ln.agent, added.payment_request)).rejects.toThrow('already paid')
    const next = await invoice({ value: '500' })
    expect(await payInvoice(ln.agent, next.payment_request)).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('is killed in the middle of payments, and both nodes agree on what was paid', async () => {
    for (const delayMs of [1, 8, 15, 22, 30, 45]) {
      const [seller, agent] = [await channelSats(ln.seller), await channelSats(ln.agent)]
      const added = await invoice({ value: '700' })
      const paying = payInvoice(ln.agent, added.payment_request).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      await kill()
      await paying
      const target = `/v2/router/track/${Buffer.from(added.r_hash, 'base64').toString('base64url')}?no_inflight_updates=true`
      const end = await lndCall<{ result: { status: string } }>(ln.agent, target).catch((error: Error) => error.message)
      const isPaid = typeof end !== 'string' && end.result.status === 'SUCCEEDED'
      if (typeof end === 'string') expect(end).toContain("payment isn't initiated")
      expect((await look(added)).state).toBe(isPaid ? 'SETTLED' : 'OPEN')
      const moved = isPaid ? 700n : 0n
      expect([await channelSats(ln.seller), await channelSats(ln.agent)]).toEqual([seller + moved, agent - moved])
    }
  })
})

it('makes a node that cannot receive', async () => {
  const dry = await startLightning({ logFile: options.logFile, capacitySat: 100_000n, sellerSat: 98_000n })
  const added = await lndCall<Added>(dry.seller, '/v1/invoices', { value: '5000' })
  const failed = { status: 'FAILED', failureReason: 'FAILURE_REASON_INSUFFICIENT_BALANCE' }
  expect(await payInvoice(dry.agent, added.payment_request)).toMatchObject(failed)
  await dry.stop()
})
