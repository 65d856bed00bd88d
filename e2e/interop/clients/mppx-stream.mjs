import { tempo } from 'mppx/client'
import { createClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { task, tell } from './common.mjs'

const account = privateKeyToAccount(task.privateKey)
const client = createClient({ account, chain: tempoLocalnet, transport: http(task.tempo.rpcUrl) })
const session = tempo.session.manager({ account, client, maxDeposit: '0.10' })
const events = []
for await (const event of await session.sse(`${task.url}?events=25&everyMs=5`)) events.push(event)
await session.close()
tell(events.length === 25 ? 200 : 0, `${events.length} of 25 events`)
