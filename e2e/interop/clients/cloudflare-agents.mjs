import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { withX402Client } from 'agents/x402'
import { privateKeyToAccount } from 'viem/accounts'
import { task, tell } from './common.mjs'

const client = new Client({ name: 'interop', version: '1' })
await client.connect(new StreamableHTTPClientTransport(new URL(task.url)))
const account = privateKeyToAccount(task.privateKey)
const paying = withX402Client(client, { network: task.evm.network, account })
const result = await paying.callTool(async () => true, { name: 'demo_get_fortune', arguments: {} })
const answer = JSON.stringify(result.content)
tell(!result.isError && answer.includes('fortune') ? 200 : 402, answer)
