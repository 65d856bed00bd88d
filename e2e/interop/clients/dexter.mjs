import { wrapFetch } from '@dexterai/x402/client'
import { task, tellResponse } from './common.mjs'

const rpcUrls = { [task.evm.network]: task.evm.rpcUrl }
const pay = wrapFetch(fetch, { evmPrivateKey: task.privateKey, preferredNetwork: task.evm.network, rpcUrls })
await tellResponse(await pay(task.url))
