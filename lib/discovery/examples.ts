import { env } from '../env'
import { Chain } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type { PaymentOffer } from './PaymentOffer'

/** Programs that pay for one request with the official clients and print its answer. They read their key from the environment. */

export type ExampleCall = { method: string; url: string; body?: string | undefined }

const account = `const account = privateKeyToAccount(process.env.PRIVATE_KEY)`
const print = `console.log(response.status, await response.text())`

/** With `@x402/fetch`, by the scheme that is offered. */
export function byX402(call: ExampleCall, scheme: 'exact' | 'upto' = 'exact'): string {
  const name = scheme === 'exact' ? 'ExactEvmScheme' : 'UptoEvmScheme'
  // `upto` moves tokens by Permit2: the client reads the allowance, and signs a permit for the first payment.
  const options = scheme === 'exact' ? '' : ', { rpcUrl: process.env.RPC_URL }'
  return `import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { ${name} } from '@x402/evm${scheme === 'exact' ? '' : '/upto/client'}'
import { privateKeyToAccount } from 'viem/accounts'

${account}
const pay = wrapFetchWithPaymentFromConfig(fetch, {
  schemes: [{ network: 'eip155:*', client: new ${name}(account${options}) }],
})
const response = await pay(${fetchArguments(call)})
${print}`
}

/** With the `mppx` command. */
export function byCommand({ method, url }: ExampleCall): string {
  return `npx mppx ${inShell(url)}${method === 'GET' ? '' : ` -X ${method}`}`
}

/** Quotes any text as one word of a POSIX shell. */
export function inShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** A payment method of `mppx/client`, as code, and the network that it pays on. */
export type MppMethod = { code: string; network: Caip2 }

/** With `mppx/client` and one of its payment methods. */
export function byMpp(call: ExampleCall, { code, network }: MppMethod): string {
  const client = code.startsWith('tempo.') ? clientOf(network) : undefined
  const method = client ? code.replace('{ account', '{ account, getClient') : code
  return `import { Mppx, ${code.split('.')[0]} } from 'mppx/client'
${client ? `import { createClient, http } from 'viem'\n` : ''}import { privateKeyToAccount } from 'viem/accounts'
${client ? `import { ${client.chain} } from 'viem/chains'\n` : ''}
${account}
${client ? `const getClient = () => ${client.code}\n` : ''}const mppx = Mppx.create({ polyfill: false, methods: [${method}] })
const response = await mppx.fetch(${fetchArguments(call)})
${print}`
}

/** With `mppx/client`: opens a channel with its first request, pays by a voucher, and gets the rest of its deposit back. */
export function bySession(call: ExampleCall, network: Caip2): string {
  const { chain, code } = clientOf(network) ?? {
    chain: network === 'eip155:4217' ? 'tempo' : 'tempoModerato',
    code: `createClient({ chain: ${network === 'eip155:4217' ? 'tempo' : 'tempoModerato'}, transport: http() })`,
  }
  return `import { tempo as payment } from 'mppx/client'
import { createClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { ${chain} } from 'viem/chains'

${account}
const client = ${code.replace('{ chain', '{ account, chain')}
const session = payment.session.manager({ account, client, maxDeposit: '0.10' })
const response = await session.fetch(${fetchArguments(call)})
${print}
console.log(await session.close())`
}

/** With the MCP SDK and `mppx`: finds a tool by its title and pays for one call of it. */
export function byMcp(address: string, title: string, { code, network }: MppMethod): string {
  const client = code.startsWith('tempo.') ? clientOf(network) : undefined
  const method = client ? code.replace('{ account', '{ account, getClient') : code
  return `import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ${code.split('.')[0]} } from 'mppx/client'
import { McpClient } from 'mppx/mcp/client'
${client ? `import { createClient, http } from 'viem'\n` : ''}import { privateKeyToAccount } from 'viem/accounts'
${client ? `import { ${client.chain} } from 'viem/chains'\n` : ''}
${account}
${client ? `const getClient = () => ${client.code}\n` : ''}const client = new Client({ name: 'my-agent', version: '1' })
await client.connect(new StreamableHTTPClientTransport(new URL('${address}')))
const { tools } = await client.listTools()
const tool = tools.find(({ title }) => title === ${JSON.stringify(title)})

const paying = McpClient.wrap(client, { methods: [${method}] })
const { content, receipt } = await paying.callTool({ name: tool.name, arguments: {} })
console.log(content, receipt)
await client.close()`
}

/** `mppx` has a public endpoint for Tempo and its testnet; for a local chain the program brings its own. */
function clientOf(network: Caip2): { chain: string; code: string } | undefined {
  if (network !== 'eip155:1337') return undefined
  // The address of an endpoint can hold a key: only the demo's is shown.
  const [known] = (env.SLUICE_DEMO ? env.NETWORKS[network]?.rpcUrls : undefined) ?? []
  const rpcUrl = known === undefined ? 'process.env.RPC_URL' : `'${known}'`
  return { chain: 'tempoLocalnet', code: `createClient({ chain: tempoLocalnet, transport: http(${rpcUrl}) })` }
}

/**
 * The payment methods of `mppx/client` that can pay at least one of the offers. Methods that sign without calling a
 * chain come first, because they work without further setup.
 */
export function mppMethods(offers: readonly PaymentOffer[]): readonly MppMethod[] {
  const evm = offers.find((offer) => offer.method === 'evm')
  const [charge, session] = ['charge', 'session'].map((intent) =>
    offers.find((offer) => offer.method === 'tempo' && offer.intent === intent),
  )
  return [
    ...(evm ? [{ code: `evm.charge({ account${domainOf(evm)} })`, network: evm.network }] : []),
    ...(charge ? [{ code: 'tempo.charge({ account })', network: charge.network }] : []),
    // Maximum deposit of a channel, in whole tokens.
    ...(session ? [{ code: `tempo.session({ account, maxDeposit: '1' })`, network: session.network }] : []),
  ]
}

/** The client knows few tokens, so this passes the EIP-712 domain of the token. */
function domainOf({ network, currency }: PaymentOffer): string {
  const domain = Chain.findAsset(network, currency)?.eip712
  return domain ? `, authorization: { name: '${domain.name}', version: '${domain.version}' }` : ''
}

/** With curl, which cannot pay: it shows the 402. */
export function byCurl({ method, url, body }: ExampleCall): string {
  const parts = [`curl -i${method === 'GET' ? '' : ` -X ${method}`} ${inShell(url)}`]
  if (body) parts.push(`-H 'Content-Type: application/json'`, `--data ${inShell(body)}`)
  return parts.join(` \\\n  `)
}

/** With the `x402` package of Python and `requests`. */
export function byPython({ method, url, body }: ExampleCall): string {
  const sent = body ? `, data=${JSON.stringify(body)}, headers={"Content-Type": "application/json"}` : ''
  return `# pip install "x402[evm,requests]"
import os
from eth_account import Account
from x402 import x402ClientSync
from x402.http.clients import x402_requests
from x402.mechanisms.evm import EthAccountSigner
from x402.mechanisms.evm.exact.register import register_exact_evm_client

client = x402ClientSync()
register_exact_evm_client(client, EthAccountSigner(Account.from_key(os.environ["PRIVATE_KEY"])))
with x402_requests(client) as session:
    response = session.request(${JSON.stringify(method)}, ${JSON.stringify(url)}${sent})
print(response.status_code, response.text)`
}

export type Snippet = { name: string; language: 'sh' | 'js' | 'python' | 'text'; code: string }

/** The request in each language that can pay one of its offers, curl first; for a free request curl alone. */
export function snippetsOf(call: ExampleCall, offers: readonly PaymentOffer[]): readonly Snippet[] {
  const evm = offers.filter(({ protocol, network }) => protocol === 'x402' && network.startsWith('eip155:'))
  const scheme = (['exact', 'upto'] as const).find((name) => evm.some(({ method }) => method === name))
  // The charge on Tempo is MPP's own; the others repeat what x402 does.
  const methods = [...mppMethods(offers)].sort((one, other) => rankOf(one) - rankOf(other))
  const charge = methods.find(({ code }) => !code.startsWith('tempo.session'))
  const session = methods.find(({ code }) => code.startsWith('tempo.session'))
  return [
    { name: 'curl', language: 'sh', code: byCurl(call) },
    ...(scheme ? [{ name: 'x402', language: 'js' as const, code: byX402(call, scheme) }] : []),
    ...(charge ? [{ name: 'MPP', language: 'js' as const, code: byMpp(call, charge) }] : []),
    ...(session ? [{ name: 'Session', language: 'js' as const, code: bySession(call, session.network) }] : []),
    ...(scheme === 'exact' ? [{ name: 'Python', language: 'python' as const, code: byPython(call) }] : []),
  ]
}

function rankOf({ code }: MppMethod): number {
  return code.startsWith('tempo.') ? 0 : 1
}

/** What a coding agent needs to be told to build a client of this request. */
export function promptFor(call: ExampleCall, snippet: Snippet | undefined): string {
  const origin = new URL(call.url).origin
  return `Write a program that calls ${call.method} ${call.url} and pays for each call.

The address answers 402 with the price. An official client signs a payment of that price and sends the request again; the
answer carries a receipt. Read ${origin}/llms.txt for everything that is sold here, ${origin}/docs/pay-x402.md and
${origin}/docs/pay-mpp.md for the two protocols, and ${origin}/docs/errors.md for the refusals.

Rules:
- Take the private key from the environment variable PRIVATE_KEY. Never print it.
- Before the first payment, show the price and the network of the 402.
- After 503 with the code settlement-pending send the same request with the same credential again. Never sign another one.
- Stop at any other refusal and print its "code" and "detail".${snippet ? `\n\nThis program pays for one call:\n\n${snippet.code}` : ''}
`
}

function fetchArguments({ method, url, body }: ExampleCall): string {
  const sent = body ? `, headers: { 'Content-Type': 'application/json' }, body: ${JSON.stringify(body)}` : ''
  return JSON.stringify(url) + (method === 'GET' ? '' : `, { method: '${method}'${sent} }`)
}
