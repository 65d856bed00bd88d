import axios from 'axios'
import { wrapAxiosWithPaymentFromConfig } from '@x402/axios'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { privateKeyToAccount } from 'viem/accounts'
import { task, tell } from './common.mjs'

const client = new ExactEvmScheme(privateKeyToAccount(task.privateKey))
const api = wrapAxiosWithPaymentFromConfig(axios.create(), { schemes: [{ network: task.evm.network, client }] })
const { status, data, headers } = await api.get(task.url)
tell(status, JSON.stringify(data), headers)
