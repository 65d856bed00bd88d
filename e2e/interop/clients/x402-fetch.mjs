import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { privateKeyToAccount } from 'viem/accounts'
import { task, tellResponse } from './common.mjs'

const client = new ExactEvmScheme(privateKeyToAccount(task.privateKey))
const pay = wrapFetchWithPaymentFromConfig(fetch, { schemes: [{ network: task.evm.network, client }] })
await tellResponse(await pay(task.url, { method: 'GET' }))
