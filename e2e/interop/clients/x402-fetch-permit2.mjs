import { x402Client } from '@x402/core/client'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { UptoEvmScheme } from '@x402/evm/upto/client'
import { wrapFetchWithPayment } from '@x402/fetch'
import { privateKeyToAccount } from 'viem/accounts'
import { task, tellResponse } from './common.mjs'

const account = privateKeyToAccount(task.privateKey)
const options = { rpcUrl: task.evm.rpcUrl }
const isWanted = ({ network, scheme, extra }) =>
  network === task.evm.network && scheme === task.scheme && extra.assetTransferMethod === 'permit2'
const client = new x402Client((_, accepts) => accepts.find(isWanted))
  .register(task.evm.network, new ExactEvmScheme(account, options))
  .register(task.evm.network, new UptoEvmScheme(account, options))
await tellResponse(await wrapFetchWithPayment(fetch, client)(task.url))
