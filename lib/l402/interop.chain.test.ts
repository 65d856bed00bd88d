import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fetch402 } from '@getalby/lightning-tools/402'
import { fetchWithL402 } from '@getalby/lightning-tools/402/l402'
import { fetchWithMpp } from '@getalby/lightning-tools/402/mpp'
import { Challenge as MppxChallenge, Receipt } from 'mppx'
import { Mppx } from 'mppx/client'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { Bolt11, lndNode, type LightningNode } from '@/lib/lightning'
import { LightningCharge, parseLightning, verifyLightning } from '@/lib/mpp/lightning'
import { startLightning, type Lightning } from '@/sandbox/lightning'
import { channelSats, payInvoice } from '@/sandbox/lightning/client'
import { lightningMethod } from '@/sandbox/lightning/mppx-method'
import { L402Header, L402Token } from '.'

/** Clients of others pay a small server by a real node, whatever else its 402 offers. */

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-l402-'))
const secret = 'test-challenge-secret-of-32-bytes-or-more'
const [realm, resource] = ['127.0.0.1', 'r_weather']
let ln: Lightning
let node: LightningNode
let server: Server
let url = ''
let challenges: (bolt11: string) => string[]
const consumed = new Set<string>()
let paidBy: string | undefined

beforeAll(async () => {
  ln = await startLightning({ logFile: path.join(dir, 'log') })
  node = lndNode({ url: ln.seller.restUrl, macaroon: ln.seller.macaroon, network: 'regtest' })
  server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weather`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await ln.stop()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  challenges = (bolt11) => [otherMpp(), byMpp(bolt11), byL402(bolt11)]
  paidBy = undefined
})

const byMpp = (bolt11: string) =>
  MppxChallenge.serialize(LightningCharge.issue({ bolt11 }, { realm, secret, quoteExpiresAtMs: Date.now() + 300_000 }))
const byL402 = (bolt11: string) => L402Header.challengeOf(tokenOf(bolt11), bolt11)
const byLsat = (bolt11: string) => L402Header.legacyChallengeOf(tokenOf(bolt11), bolt11)
function tokenOf(bolt11: string): string {
  const { paymentHash } = Bolt11.decode(bolt11)
  return L402Token.mint({ paymentHash, resource, quote: 'q_1', expiresAtMs: Date.now() + 300_000 }, secret)
}
/** Another method, as it stands in every 402 of ours. */
const otherMpp = () =>
  MppxChallenge.serialize({
    id: 'x',
    realm,
    method: 'tempo',
    intent: 'charge',
    request: { amount: '1' },
    opaque: 'e30',
  })

/** The payment hash that a request proves and that was not used before. */
function prove(authorization: string): { paymentHash: string; challengeId?: string } {
  const l402 = L402Header.parse(authorization)
  if (l402) return L402Token.verify(l402.token, l402.preimage, { secrets: [secret], resource, nowMs: Date.now() })
  const decoded: unknown = JSON.parse(Buffer.from(authorization.slice('Payment '.length), 'base64url').toString())
  return verifyLightning(parseLightning(decoded), { secrets: [secret], realm, nowMs: Date.now() })
}

async function serve({ headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  const { authorization = '' } = headers
  if (authorization !== '') {
    const { paymentHash, challengeId } = prove(authorization)
    if (!consumed.has(paymentHash)) {
      consumed.add(paymentHash)
      paidBy = authorization.split(' ')[0]
      const receipt = challengeId && LightningCharge.receiptOf({ challengeId, paymentHash, settledAtMs: Date.now() })
      if (receipt) response.setHeader('Payment-Receipt', receipt)
      return void response.end('sunny')
    }
  }
  const { bolt11 } = await node.createInvoice(
    { now: Date.now },
    { amountSat: 40n, memo: 'weather', expirySeconds: 600 },
  )
  response.writeHead(402, { 'WWW-Authenticate': challenges(bolt11), 'Cache-Control': 'no-store' }).end()
}

const wallet = {
  payInvoice: async ({ invoice }: { invoice: string }) => {
    const paid = await payInvoice(ln.agent, invoice)
    if (paid.status !== 'SUCCEEDED') throw new Error(paid.failureReason)
    return { preimage: paid.preimage, fees_paid: Number(paid.feeMsat) }
  },
}
const byMppx = async (address: string) => {
  const client = Mppx.create({ polyfill: false, methods: [lightningMethod(ln.agent)] })
  return await client.fetch(address)
}

it.each([
  ['fetchWithL402', 'L402', (address: string) => fetchWithL402(address, {}, { wallet })],
  ['fetchWithMpp', 'Payment', (address: string) => fetchWithMpp(address, {}, { wallet })],
  ['fetch402', 'Payment', (address: string) => fetch402(address, {}, { wallet })],
  ['mppx', 'Payment', byMppx],
])('%s pays once, in the order of challenges that our 402 has', async (_, scheme, pay) => {
  const [seller, agent] = [await channelSats(ln.seller), await channelSats(ln.agent)]
  const response = await pay(url)
  expect([response.status, await response.text(), paidBy]).toEqual([200, 'sunny', scheme])
  expect([await channelSats(ln.seller), await channelSats(ln.agent)]).toEqual([seller + 40n, agent - 40n])
  if (scheme === 'Payment') {
    const receipt = Receipt.deserialize(response.headers.get('payment-receipt') ?? '')
    expect(receipt).toMatchObject({ method: 'lightning', status: 'success' })
    expect(consumed.has(receipt.reference)).toBe(true)
  }
})

it.each([
  ['L402 alone', byL402, 'L402'],
  ['LSAT alone', byLsat, 'LSAT'],
])('fetch402 pays %s', async (_, only, scheme) => {
  challenges = (bolt11) => [only(bolt11)]
  const response = await fetch402(url, {}, { wallet })
  expect([response.status, paidBy]).toEqual([200, scheme])
})

it('a credential buys one answer: the second request gets a fresh 402', async () => {
  const first = await fetchWithL402(url, {}, { wallet })
  const { credentials } = (first as unknown as { payment: { credentials: { header: string; value: string } } }).payment
  const again = await fetch(url, { headers: { [credentials.header]: credentials.value } })
  expect([first.status, again.status]).toEqual([200, 402])
})

it('a preimage paid for by MPP opens no second answer by L402', async () => {
  let bolt11 = ''
  challenges = (made) => [byMpp((bolt11 = made))]
  const first = await fetchWithMpp(url, {}, { wallet })
  expect(first.status).toBe(200)
  const { preimage } = (first as unknown as { payment: { preimage: string } }).payment
  const second = await fetch(url, { headers: { Authorization: `L402 ${tokenOf(bolt11)}:${preimage}` } })
  expect(second.status).toBe(402)
})

it('the order matters to clients that read one line: another method of Payment after ours hides it', async () => {
  challenges = (bolt11) => [byMpp(bolt11), otherMpp()]
  await expect(fetchWithMpp(url, {}, { wallet })).rejects.toThrow('unsupported WWW-Authenticate')
  // mppx reads each challenge.
  expect((await byMppx(url)).status).toBe(200)
})
