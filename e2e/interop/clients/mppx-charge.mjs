import { Mppx, tempo } from 'mppx/client'
import { createClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { task, tellResponse } from './common.mjs'

const getClient = () => createClient({ chain: tempoLocalnet, transport: http(task.tempo.rpcUrl) })
const methods = [tempo.charge({ account: privateKeyToAccount(task.privateKey), getClient })]
await tellResponse(await Mppx.create({ polyfill: false, methods }).fetch(task.url))
