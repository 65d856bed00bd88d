// Buys one answer by x402, on Base Sepolia's local twin. Start `npm run demo`, then: npx tsx examples/pay-x402.ts
import { readFileSync } from 'node:fs'
import { ExactEvmScheme } from '@x402/evm'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { privateKeyToAccount } from 'viem/accounts'

const demo = JSON.parse(readFileSync(process.env.SLUICE_DEMO_FILE ?? '.data/demo.json', 'utf8'))
const client = new ExactEvmScheme(privateKeyToAccount(demo.payer.privateKey))
const pay = wrapFetchWithPaymentFromConfig(fetch, { schemes: [{ network: 'eip155:84532', client }] })
const response = await pay(demo.resources.fixed)
console.log(response.status, await response.json())

// The receipt names the transaction that moved the money.
const receipt = response.headers.get('payment-response') ?? ''
console.log(JSON.parse(Buffer.from(receipt, 'base64').toString()))
