// Buys one answer by an MPP charge, on Tempo. Start `npm run demo`, then: npx tsx examples/pay-mpp.ts
import { readFileSync } from 'node:fs'
import { Mppx, tempo } from 'mppx/client'
import { createClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'

const demo = JSON.parse(readFileSync(process.env.SLUICE_DEMO_FILE ?? '.data/demo.json', 'utf8'))
const getClient = () => createClient({ chain: tempoLocalnet, transport: http(demo.networks['eip155:1337'].rpcUrl) })
const account = privateKeyToAccount(demo.payer.privateKey)
const mppx = Mppx.create({ polyfill: false, methods: [tempo.charge({ account, getClient })] })
const response = await mppx.fetch(demo.resources.fixed)
console.log(response.status, await response.json())

const receipt = response.headers.get('payment-receipt') ?? ''
console.log(JSON.parse(Buffer.from(receipt, 'base64url').toString()))
