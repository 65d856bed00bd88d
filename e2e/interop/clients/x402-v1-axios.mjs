import axios from 'axios'
import { privateKeyToAccount } from 'viem/accounts'
import { withPaymentInterceptor } from 'x402-axios'
import { task, tell } from './common.mjs'

const api = withPaymentInterceptor(axios.create(), privateKeyToAccount(task.privateKey))
const { status, data, headers } = await api.get(task.url)
tell(status, JSON.stringify(data), headers)
