import { execFile } from 'node:child_process'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { Challenge } from 'mppx'
import { validate } from 'mppx/discovery'
import { balance, readDemo, tempo } from '../demo'

/** What an agent learns before it asks for anything: openapi.json and llms.txt, held against the 402s themselves. */

const demo = readDemo()
const { post, failing, free, stream, execution } = demo.resources
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
      { env: { ...process.env, MPPX_CONFIG: path.resolve('e2e/mppx.config.ts') }, timeout: 60_000 },
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
      const challenges = Challenge.fromResponseList(response).map(({ method: by, intent, request }) => ({
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
    test.setTimeout(90_000)
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
  test.setTimeout(180_000)
  // What always fails is refunded while other tests look at the payer's balance; and a metered stream pauses after its first
  // event for vouchers that `validate` never sends.
  const payable = (await operations(demo.baseUrl)).filter(
    ({ url, offers }) => offers.length > 0 && url !== failing && url !== stream,
  )
  expect(payable.length).toBeGreaterThan(4)
  const heldBase = await balance(demo, tempo, demo.merchant.payTo)
  for (const { url, method, offers } of payable) {
    const sent = url === post ? { text: 'One. Two.' } : url === execution ? { message: 'Validated' } : undefined
    const body = sent ? ['--body', JSON.stringify(sent)] : []
    const { endpoints } = await validateBy(
      demo.baseUrl,
      '--yes',
      '--endpoint',
      `${method}:${new URL(url).pathname}`,
      ...body,
    )
    const payment = endpoints.flatMap((endpoint) => endpoint.payment)
    expect(open(payment), url).toEqual([])
    expect(
      payment.filter(({ label }) => label === 'Payment: successful'),
      url,
    ).toHaveLength(offers.length)
  }
  // Sessions too are paid out before other tests look at the merchant's balance.
  const paidBase = payable
    .flatMap(({ offers }) => offers)
    .filter(({ method }) => method === 'tempo')
    .reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  await expect.poll(() => balance(demo, tempo, demo.merchant.payTo), { timeout: 60_000 }).toBe(heldBase + paidBase)
})

test('llms.txt says what is sold, and its examples buy it as they stand', async () => {
  const response = await fetch(`${demo.baseUrl}/llms.txt`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/plain')
  const text = await response.text()
  for (const url of Object.values(demo.resources)) expect(text).toContain(`${url}\``)
  const examples = [...text.matchAll(/```js\n([^]*?)\n```/g)].map(([, code]) => code ?? '')
  expect(examples).toHaveLength(2)
  for (const code of examples) expect(await run(`${code}\nprocess.stdout.write(String(response.status))`)).toBe('200')
})

/** Runs a module as an agent's author would, with the payer's key in the environment. */
function run(code: string): Promise<string> {
  return new Promise((resolve, reject) =>
    execFile(
      process.execPath,
      ['--input-type=module', '--eval', code],
      { env: { ...process.env, PRIVATE_KEY: demo.payer.privateKey }, timeout: 30_000 },
      (error, output) => (error ? reject(error) : resolve(output)),
    ),
  )
}

test('a document that did not change is not sent again', async () => {
  for (const url of [`${demo.baseUrl}/openapi.json`, `${demo.baseUrl}/llms.txt`, `${merchantUrl}/openapi.json`]) {
    const etag = (await fetch(url)).headers.get('etag')
    expect(etag).toMatch(/^"[\w-]{43}"$/)
    const again = await fetch(url, { headers: { 'if-none-match': etag ?? '' } })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
  }
})
