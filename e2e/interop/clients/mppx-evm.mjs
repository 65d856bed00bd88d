import { evm, Mppx } from 'mppx/client'
import { privateKeyToAccount } from 'viem/accounts'
import { task, tellResponse } from './common.mjs'

const account = privateKeyToAccount(task.privateKey)
const authorization = { name: 'USDC', version: '2' }
const methods = [evm.charge({ account, networks: [Number(task.evm.network.split(':')[1])], authorization })]
await tellResponse(await Mppx.create({ polyfill: false, methods }).fetch(task.url))
