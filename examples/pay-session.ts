// Buys ten answers and a stream of five events from one channel, then closes it. Start `npm run demo`, then:
// npx tsx examples/pay-session.ts
import { readFileSync } from 'node:fs'
import { tempo } from 'mppx/client'
import { createClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'

const demo = JSON.parse(readFileSync(process.env.SLUICE_DEMO_FILE ?? '.data/demo.json', 'utf8'))
const account = privateKeyToAccount(demo.payer.privateKey)
const transport = http(demo.networks['eip155:1337'].rpcUrl)
const client = createClient({ account, chain: tempoLocalnet, transport })
const session = tempo.session.manager({ account, client, maxDeposit: '0.10' })
for (let n = 0; n < 10; n++) console.log(await (await session.fetch(demo.resources.session)).json())
for await (const event of await session.sse(`${demo.resources.stream}?events=5`)) console.log(event)
console.log(await session.close())
