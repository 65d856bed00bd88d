import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { ExactSvmScheme } from '@x402/svm/exact/client'
import { task, tellResponse } from './common.mjs'

const signer = await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(task.solana.seed, 'hex'))
const client = new ExactSvmScheme(signer, { rpcUrl: task.solana.rpcUrl })
const pay = wrapFetchWithPaymentFromConfig(fetch, { schemes: [{ network: task.solana.network, client }] })
await tellResponse(await pay(task.url))
