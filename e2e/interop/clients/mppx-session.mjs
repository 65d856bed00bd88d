import { tempo } from 'mppx/client'
import { createClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { task, tell } from './common.mjs'

const account = privateKeyToAccount(task.privateKey)
const client = createClient({ account, chain: tempoLocalnet, transport: http(task.tempo.rpcUrl) })
const session = tempo.session.manager({ account, client, maxDeposit: '0.10' })
const first = await session.fetch(task.url)
const second = await session.fetch(task.url)
await session.close()
tell(second.status, `${first.status} ${await second.text()}`, second.headers)
