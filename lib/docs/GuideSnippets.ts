import { byCommand, byCurl, byMcp, byMpp, byPython, bySession, byX402, inShell, mppMethods } from '@/lib/discovery'
import type { Caip2 } from '@/lib/money'
import type { Samples } from './Samples'

/** The programs of the guides, by the name that stands for them in docs/guide. They buy what is on sale here. */

const tempo: Caip2 = 'eip155:4217'

/** @param origin public URL of this server. */
export function snippetsFor(origin: string, { call, session }: Samples): Record<string, string> {
  const bought = call ?? { method: 'GET', url: `${origin}/gateway/your-shop/fortune`, entry: undefined }
  const sold = session ?? { method: 'GET', url: `${origin}/gateway/your-shop/tick`, entry: undefined }
  const methods = mppMethods(bought.entry?.offers ?? [])
  const method = methods.find(({ code }) => code.startsWith('tempo.charge')) ??
    methods[0] ?? { code: 'tempo.charge({ account })', network: tempo }
  const network = sold.entry?.offers.find(({ intent }) => intent === 'session')?.network ?? tempo
  const x402 = byX402(bought)
  const mpp = byMpp(bought, method)
  return {
    x402,
    mpp,
    'x402.receipt': `${x402}\n${receipt('payment-response', 'base64')}`,
    'mpp.receipt': `${mpp}\n${receipt('payment-receipt', 'base64url')}`,
    'x402.price': `const response = await fetch(${JSON.stringify(bought.url)})
const { accepts } = JSON.parse(Buffer.from(response.headers.get('payment-required'), 'base64').toString())
console.log(response.status, accepts)`,
    'mpp.command': byCommand(bought),
    session: bySession(sold, network),
    curl: byCurl(bought),
    'quote.curl': `curl -s ${inShell(`${origin}/api/v1/quotes?url=${encodeURIComponent(bought.url)}`)}`,
    'status.curl': `curl -s "${origin}/api/v1/payments/$PAYMENT"`,
    python: byPython(bought),
    'python.price': pythonPrice(bought.url),
    mcp: byMcp(`${origin}/api/mcp`, bought.entry?.name ?? 'Fortune', method),
    execute: execute(origin),
    'execute.curl': executeByCurl(origin),
    facilitator: facilitator(origin),
  }
}

function receipt(header: string, encoding: string): string {
  return `
const receipt = response.headers.get('${header}')
console.log(JSON.parse(Buffer.from(receipt, '${encoding}').toString()), response.headers.get('sluice-payment'))`
}

function pythonPrice(url: string): string {
  return `import base64, json, urllib.error, urllib.request

try:
    urllib.request.urlopen(${JSON.stringify(url)})
except urllib.error.HTTPError as error:
    required = json.loads(base64.b64decode(error.headers["PAYMENT-REQUIRED"]))
    for offer in required["accepts"]:
        print(error.code, offer["scheme"], offer["network"], offer["amount"], offer["asset"])`
}

const guestbook = '0x00000000000000000000000000000000600D6009'

function execute(origin: string): string {
  return `import { randomUUID } from 'node:crypto'

const api = '${origin}/api/v1/transactions'
const headers = { authorization: 'Bearer ' + process.env.API_KEY, 'content-type': 'application/json' }

const response = await fetch(api, {
  method: 'POST',
  headers: { ...headers, 'idempotency-key': randomUUID() },
  body: JSON.stringify({
    network: 'eip155:84532',
    to: '${guestbook}',
    abi: ['function sign(string message)'],
    function: 'sign',
    args: ['Hello'],
  }),
})
const { id, detail } = await response.json()
if (response.status !== 202) throw new Error(detail)

const ended = ['final', 'failed', 'expired', 'cancelled', 'reverted']
let last = ''
for (let status = ''; !ended.includes(status); ) {
  const events = await fetch(api + '/' + id + '/events', { headers: { ...headers, ...(last && { 'last-event-id': last }) } })
  for (const [, seq, type] of (await events.text()).matchAll(/^id: (\\d+)\\nevent: transaction\\.(\\S+)$/gm)) {
    console.log(type)
    ;[last, status] = [seq, type]
  }
}`
}

function executeByCurl(origin: string): string {
  return `curl -s ${origin}/api/v1/transactions \\
  -H "Authorization: Bearer $API_KEY" -H 'Content-Type: application/json' \\
  -H "Idempotency-Key: guestbook-$(date +%s)" \\
  --data '{
    "network": "eip155:84532",
    "to": "${guestbook}",
    "abi": ["function sign(string message)"],
    "function": "sign",
    "args": ["Hello"]
  }'`
}

function facilitator(origin: string): string {
  return `import { HTTPFacilitatorClient } from '@x402/core/server'
import { ExactEvmScheme as Payer } from '@x402/evm'
import { ExactEvmScheme } from '@x402/evm/exact/server'
import { paymentMiddleware, x402ResourceServer } from '@x402/express'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import express from 'express'
import { privateKeyToAccount } from 'viem/accounts'

const network = 'eip155:84532'
const facilitator = new HTTPFacilitatorClient({ url: '${origin}/facilitator' })
const resources = new x402ResourceServer(facilitator).register(network, new ExactEvmScheme())
const accepts = { scheme: 'exact', network, price: '$0.01', payTo: process.env.PAY_TO }

const app = express()
app.use(paymentMiddleware({ 'GET /weather': { accepts } }, resources))
app.get('/weather', (_, response) => response.json({ weather: 'sunny' }))

const server = app.listen(0, async () => {
  const client = new Payer(privateKeyToAccount(process.env.PRIVATE_KEY))
  const pay = wrapFetchWithPaymentFromConfig(fetch, { schemes: [{ network, client }] })
  const response = await pay('http://127.0.0.1:' + server.address().port + '/weather')
  console.log(response.status, await response.json())
  server.closeAllConnections()
  server.close()
})`
}
