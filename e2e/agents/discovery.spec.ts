import { execFile } from 'node:child_process'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { decodePaymentRequiredHeader } from '@x402/core/http'
import { HTTPFacilitatorClient } from '@x402/core/server'
import type { PaymentRequired } from '@x402/core/types'
import { validateDiscoveryExtension, withBazaar, type DiscoveryExtension } from '@x402/extensions/bazaar'
import {
  extractOffersFromPaymentRequired,
  verifyOfferSignatureEIP712,
  type EIP712SignedOffer,
} from '@x402/extensions/offer-receipt'
import { Challenge } from 'mppx'
import { validate } from 'mppx/discovery'
import { balance, readDemo, tempo } from '../demo'

/** What an agent learns before it asks for anything: documents, the bazaar and extensions, held against the 402s themselves. */

const demo = readDemo()
const { post, failing, free, stream, execution, dossier } = demo.resources
const merchantUrl = `${demo.baseUrl}/gateway/${demo.merchant.slug}`

type Offer = { method: string; intent: string; amount: string; currency: string }
type Operation = { 'x-payment-info'?: { offers: Offer[] }; responses: Record<string, unknown> }
type Document = { paths: Record<string, Record<string, Operation>> }

/** Every operation of the document at a base URL, payable or free, with the address it stands for. */
async function operations(baseUrl: string): Promise<{ url: string; method: string; offers: Offer[] }[]> {
  const response = await fetch(`${baseUrl}/openapi.json`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('application/json')
  const document = (await response.json()) as Document
  expect(validate(document)).toEqual([])
  expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true })
  return Object.entries(document.paths).flatMap(([template, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => ({
        url: baseUrl + template.replaceAll(/[{}]/g, ''),
        method: method.toUpperCase(),
        offers: operation['x-payment-info']?.offers ?? [],
      })),
  )
}

type Check = { label: string; severity: 'pass' | 'fail' | 'warn' | 'suggested' | 'skip'; detail?: string }
type Report = {
  discovery: { checks: Check[] }
  endpoints: { method: string; path: string; challenge: Check[]; errorHandling: Check[]; payment: Check[] }[]
}

/** `mppx validate`, in a process of its own. It exits with 1 when a check fails; the report says which. */
async function validateBy(...args: string[]): Promise<Report> {
  const command = path.resolve('node_modules/mppx/dist/bin.js')
  const stdout = await new Promise<string>((resolve) =>
    execFile(
      process.execPath,
      ['--import', 'tsx', command, 'validate', ...args, '--outputJson'],
      { env: { ...process.env, MPPX_CONFIG: path.resolve('e2e/mppx.config.ts') } },
      (_, output) => resolve(output),
    ),
  )
  return JSON.parse(stdout) as Report
}

const open = (checks: readonly Check[]) => checks.filter(({ severity }) => severity !== 'pass')

for (const baseUrl of [demo.baseUrl, merchantUrl]) {
  test(`every offer of ${new URL(baseUrl).pathname} is the one that the 402 makes`, async () => {
    const all = await operations(baseUrl)
    expect(all.map(({ url }) => url)).toEqual(expect.arrayContaining(Object.values(demo.resources)))
    for (const { url, method, offers } of all) {
      const response = await fetch(url, { method })
      await response.body?.cancel()
      expect(response.status, url).toBe(url === free ? 200 : 402)
      if (url === free) continue
      // An invoice is made for one client, so no document can list it.
      const listed = Challenge.fromResponseList(response).filter(({ method: by }) => by !== 'lightning')
      const challenges = listed.map(({ method: by, intent, request }) => ({
        method: by,
        intent,
        amount: request.amount,
        currency: request.currency,
      }))
      expect(challenges.length, url).toBeGreaterThan(0)
      expect(
        offers.map(({ method: by, intent, amount, currency }) => ({ method: by, intent, amount, currency })),
      ).toEqual(challenges)
    }
  })

  test(`mppx validate finds nothing wrong at ${new URL(baseUrl).pathname}`, async () => {
    const { discovery, endpoints } = await validateBy(baseUrl)
    expect(open(discovery.checks)).toEqual([])
    expect(endpoints.length).toBe((await operations(baseUrl)).filter(({ offers }) => offers.length > 0).length)
    for (const { challenge, errorHandling, payment, path: at } of endpoints) {
      expect(open([...challenge, ...errorHandling]), at).toEqual([])
      // Without --yes it pays nothing; the next test does.
      expect(payment.map(({ detail }) => detail)).toEqual(
        payment.map(() => 'non-interactive mode, use --yes to approve'),
      )
    }
  })
}

test('mppx validate pays every offer of every resource, and gets what it paid for', async () => {
  // `rails.spec.ts` pays the dossier: `validate` needs a key of Stripe itself for its tokens. What always fails is refunded while other tests look at the payer's balance; and a metered stream pauses after its first
  // event for vouchers that `validate` never sends.
  const payable = (await operations(demo.baseUrl)).filter(
    ({ url, offers }) => offers.length > 0 && ![failing, stream, dossier].includes(url),
  )
  expect(payable.length).toBeGreaterThan(4)
  const heldBase = await balance(demo, tempo, demo.merchant.payTo)
  // The command takes seconds to start: three at once.
  const left = [...payable]
  const validateNext = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const { url, method, offers } = next
      const sent = url === post ? { text: 'One. Two.' } : url === execution ? { message: 'Validated' } : undefined
      const body = sent ? ['--body', JSON.stringify(sent)] : []
      const at = `${method}:${new URL(url).pathname}`
      const { endpoints } = await validateBy(demo.baseUrl, '--yes', '--endpoint', at, ...body)
      const payment = endpoints.flatMap((endpoint) => endpoint.payment)
      expect(open(payment), url).toEqual([])
      expect(
        payment.filter(({ label }) => label === 'Payment: successful'),
        url,
      ).toHaveLength(offers.length)
    }
  }
  await Promise.all([validateNext(), validateNext(), validateNext()])
  // Sessions too are paid out before other tests look at the merchant's balance.
  const paidBase = payable
    .flatMap(({ offers }) => offers)
    .filter(({ method }) => method === 'tempo')
    .reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  await expect.poll(() => balance(demo, tempo, demo.merchant.payTo)).toBe(heldBase + paidBase)
})

test('llms.txt says what is sold, and its examples buy it as they stand', async () => {
  const response = await fetch(`${demo.baseUrl}/llms.txt`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/plain')
  const text = await response.text()
  for (const url of Object.values(demo.resources)) expect(text).toContain(`${url}\``)
  const examples = [...text.matchAll(/```js\n([^]*?)\n```/g)].map(([, code]) => code ?? '')
  expect(examples).toHaveLength(2)
  // As printed: each shows its answer.
  for (const code of examples) expect(await run(code)).toMatch(/^200 /)
})

/** Runs a module as an agent's author would, with the payer's key in the environment. */
function run(code: string): Promise<string> {
  return new Promise((resolve, reject) =>
    execFile(
      process.execPath,
      ['--input-type=module', '--eval', code],
      // The runner asks for colours, which would surround the status.
      { env: { ...process.env, FORCE_COLOR: '0', PRIVATE_KEY: demo.payer.privateKey } },
      (error, output) => (error ? reject(error) : resolve(output)),
    ),
  )
}

const requiredOf = (response: Response) =>
  decodePaymentRequiredHeader(response.headers.get('payment-required') ?? '') as PaymentRequired

for (const baseUrl of [demo.baseUrl, merchantUrl])
  test(`every address of ${new URL(baseUrl).pathname} for directories of x402 asks for money, signed, and says how it is called`, async () => {
    const { version, resources } = (await (await fetch(`${baseUrl}/.well-known/x402`)).json()) as {
      version: number
      resources: string[]
    }
    expect(version).toBe(1)
    expect(resources).toEqual(expect.arrayContaining([demo.resources.fixed, post]))
    expect(resources).not.toContain(free)
    const signers = new Set<string>()
    for (const url of resources) {
      const response = await fetch(url, { method: url === post || url === execution ? 'POST' : 'GET' })
      // An action looks at its arguments first.
      if (url === execution) continue
      expect(response.status, url).toBe(402)
      const required = requiredOf(response)
      expect(validateDiscoveryExtension(required.extensions?.bazaar as DiscoveryExtension), url).toEqual({
        valid: true,
      })
      for (const offer of extractOffersFromPaymentRequired(required))
        signers.add((await verifyOfferSignatureEIP712(offer as EIP712SignedOffer)).signer)
    }
    expect(signers.size).toBe(1)
  })

test('the bazaar lists the same to the official client, and finds it by its words', async () => {
  const { bazaar } = withBazaar(new HTTPFacilitatorClient({ url: `${demo.baseUrl}/facilitator` })).extensions
  const { items, pagination } = await bazaar.listResources({ type: 'http', limit: 100 })
  expect(pagination.total).toBeGreaterThanOrEqual(items.length)
  const fortune = items.find(({ resource }) => resource === demo.resources.fixed)
  const { accepts } = requiredOf(await fetch(demo.resources.fixed))
  expect(fortune?.accepts).toEqual(
    accepts.map(({ extra: { quote: _quote, ...extra }, ...accept }) => ({ ...accept, extra })),
  )
  const found = await bazaar.search({ query: 'wisdom' })
  expect(found.resources.map(({ resource }) => resource)).toContain(demo.resources.fixed)
})

test('a document that did not change is not sent again', async () => {
  const documents = ['/openapi.json', '/llms.txt', '/.well-known/x402']
  for (const url of [demo.baseUrl, merchantUrl].flatMap((base) => documents.map((document) => base + document))) {
    const etag = (await fetch(url)).headers.get('etag')
    expect(etag).toMatch(/^"[\w-]{43}"$/)
    const again = await fetch(url, { headers: { 'if-none-match': etag ?? '' } })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
  }
})
