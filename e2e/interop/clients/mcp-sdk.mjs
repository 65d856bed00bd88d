// The plain SDK: it lists the tools and reads the price of one. It has no wallet.
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { task, tell } from './common.mjs'

const client = new Client({ name: 'interop', version: '1' })
await client.connect(new StreamableHTTPClientTransport(new URL(task.url)))
const { tools } = await client.listTools()
const result = await client.callTool({ name: 'demo_get_fortune', arguments: {} })
const asked = JSON.parse(result.content[0].text)
tell(tools.length > 0 && asked.accepts.length > 0 ? 200 : 0, `${tools.length} tools`)
