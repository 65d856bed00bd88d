import { wrap } from '@faremeter/fetch'
import { exact } from '@faremeter/payment-evm'
import { createLocalWallet } from '@faremeter/wallet-evm'
import { baseSepolia } from 'viem/chains'
import { task, tellResponse } from './common.mjs'

const wallet = await createLocalWallet(baseSepolia, task.privateKey)
const pay = wrap(fetch, { handlers: [exact.createPaymentHandler(wallet)] })
await tellResponse(await pay(task.url))
