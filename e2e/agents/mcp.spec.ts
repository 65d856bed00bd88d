import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { expect, test } from '@playwright/test'
import { x402Client } from '@x402/core/client'
import type { PaymentRequired } from '@x402/core/types'
import { ExactEvmScheme } from '@x402/evm'
import { tempo as tempoMethod } from 'mppx/client'
import { McpClient } from 'mppx/mcp/client'
import { createClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { balance, evm, journal, networkOf, readDemo, tempo } from '../demo'

/** An unmodified client of the official SDK lists, pays for and calls tools of a running demo, by both protocols. */

const demo = readDemo()
const { payTo, slug } = demo.merchant
const account = privateKeyToAccount(demo.payer.privateKey)
/** $0.01 in base units of six decimals. */
const price = 10_000n
const fortune = `${slug}_get_fortune`

async function connect(path = ''): Promise<Client> {
  const client = new Client({ name: 'e2e', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${demo.baseUrl}/api/mcp${path}`)))
  return client
}

/** What changed while `work` ran: calls that reached the upstream, base units that the merchant got. */
async function difference<Result>(network: string, work: () => Promise<Result>) {
  const [calls, held] = [(await journal(demo)).length, await balance(demo, network, payTo)]
  const result = await work()
  return {
    result,
    calls: (await journal(demo)).length - calls,
    earnedBase: (await balance(demo, network, payTo)) - held,
  }
}

test('lists what the demo sells, for one merchant and for all', async () => {
  for (const path of ['', `/${slug}`]) {
    const client = await connect(path)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['sluice_quote', fortune, `${slug}_post_summarize`]),
    )
    for (const { name } of tools) expect(name).toMatch(/^[\w-]{1,64}$/)
    expect(tools.find(({ name }) => name === `${slug}_get_stream`)?.description).toContain('Not payable over MCP')
    await client.close()
  }
})

test('a tool is paid by x402, once, and tells what became of the payment', async () => {
  const client = await connect()
  const call = async (payment?: object) =>
    (await client.callTool({
      name: fortune,
      arguments: {},
      ...(payment && { _meta: { 'x402/payment': payment } }),
    })) as CallToolResult
  const asked = await call()
  expect(asked.isError).toBe(true)
  const required = asked.structuredContent as unknown as PaymentRequired
  expect(required.resource.url).toBe(`mcp://tool/${fortune}`)
  const accepts = required.accepts.filter(({ network, scheme }) => network === evm && scheme === 'exact')
  const payer = new x402Client().register(evm, new ExactEvmScheme(account))
  const payment = await payer.createPaymentPayload({ ...required, accepts })

  const bought = await difference(evm, () => call(payment))
  expect(bought.result).toMatchObject({ structuredContent: { fortune: expect.any(String) } })
  expect(bought.result.isError).toBeFalsy()
  expect([bought.calls, bought.earnedBase]).toEqual([1, price])

  const again = await difference(evm, () => call(payment))
  expect(again.result).toEqual(bought.result)
  expect([again.calls, again.earnedBase]).toEqual([0, 0n])

  const id = String(bought.result._meta?.['sluice/payment'])
  const told = await (await fetch(`${demo.baseUrl}/api/v1/payments/${id}`)).json()
  expect(told).toMatchObject({ status: 'delivered', settlement: 'settled', amountBase: price.toString() })
  const status = await client.callTool({ name: 'sluice_payment_status', arguments: { payment: id } })
  expect(status.structuredContent).toEqual(told)
  await client.close()
})

test('a tool is paid by mppx on Tempo, with the body that was asked for', async () => {
  const { rpcUrl } = networkOf(demo, tempo)
  const getClient = () => createClient({ chain: tempoLocalnet, transport: http(rpcUrl) })
  const client = McpClient.wrap(await connect(`/${slug}`), { methods: [tempoMethod.charge({ account, getClient })] })
  const name = `${slug}_post_summarize`
  const bought = await difference(tempo, () => client.callTool({ name, arguments: { body: { text: 'One. Two.' } } }))
  expect(bought.result.isError).toBeFalsy()
  expect(bought.result.receipt).toMatchObject({ status: 'success', method: 'tempo' })
  expect([bought.calls, bought.earnedBase]).toEqual([1, 2n * price])
  await client.close()
})

test('a quote is what the tool asks', async () => {
  const client = await connect()
  const { structuredContent } = await client.callTool({ name: 'sluice_quote', arguments: { tool: fortune } })
  const quoted = await (
    await fetch(`${demo.baseUrl}/api/v1/quotes?url=${encodeURIComponent(demo.resources.fixed)}`)
  ).json()
  expect(structuredContent).toEqual({ tool: fortune, ...(quoted as object) })
  expect(quoted).toMatchObject({ price: '0.01', free: false })
  await client.close()
})
