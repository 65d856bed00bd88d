// An @x402/express server of your own that has its payments settled by Sluice's facilitator, and a client that pays it once.
// Start `npm run demo`, then: npx tsx examples/settle-for-express.ts
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { HTTPFacilitatorClient } from '@x402/core/server'
import { ExactEvmScheme as ExactEvmClient } from '@x402/evm'
import { ExactEvmScheme } from '@x402/evm/exact/server'
import { paymentMiddleware, x402ResourceServer } from '@x402/express'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import express from 'express'
import { privateKeyToAccount } from 'viem/accounts'

const demo = JSON.parse(readFileSync(process.env.SLUICE_DEMO_FILE ?? '.data/demo.json', 'utf8'))
const network = 'eip155:84532'

const facilitator = new HTTPFacilitatorClient({ url: `${demo.baseUrl}/facilitator` })
const resources = new x402ResourceServer(facilitator).register(network, new ExactEvmScheme())
const accepts = { scheme: 'exact', network, price: '$0.01', payTo: demo.merchant.payTo } as const
const app = express()
app.use(paymentMiddleware({ 'GET /weather': { accepts } }, resources))
app.get('/weather', (_, response) => void response.json({ weather: 'sunny' }))
const server = app.listen(0)
await new Promise((resolve) => server.once('listening', resolve))
const { port } = server.address() as AddressInfo

const client = new ExactEvmClient(privateKeyToAccount(demo.payer.privateKey))
const pay = wrapFetchWithPaymentFromConfig(fetch, { schemes: [{ network, client }] })
const response = await pay(`http://127.0.0.1:${port}/weather`)
console.log(response.status, await response.json())
const receipt = response.headers.get('payment-response') ?? ''
console.log(JSON.parse(Buffer.from(receipt, 'base64').toString()))
server.closeAllConnections()
server.close()
