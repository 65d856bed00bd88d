import { privateKeyToAccount } from 'viem/accounts'
import { wrapFetchWithPayment } from 'x402-fetch'
import { task, tellResponse } from './common.mjs'

await tellResponse(await wrapFetchWithPayment(fetch, privateKeyToAccount(task.privateKey))(task.url, { method: 'GET' }))
