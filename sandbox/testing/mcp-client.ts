import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { x402Client } from '@x402/core/client'
import type { PaymentPayload, PaymentRequired } from '@x402/core/types'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import type { PrivateKeyAccount } from 'viem/accounts'
import { evmNetwork } from '../evm'

type Handler = (request: Request, context: { params: Promise<{ merchant?: string[] }> }) => Promise<Response>
type Arguments = Record<string, unknown>

/** Unmodified clients of the official SDK, whose requests go to a route as Next would hand them over. */
export function mountMcp(handlers: Readonly<Record<string, Handler>>) {
  const connect = async (merchant?: string): Promise<Client> => {
    const client = new Client({ name: 'test', version: '1' })
    const params = Promise.resolve(merchant === undefined ? {} : { merchant: [merchant] })
    const mounted: typeof fetch = async (input, init) => {
      const request = new Request(input instanceof URL ? input.href : input, init)
      return handlers[request.method]?.(request, { params }) ?? new Response(null, { status: 405 })
    }
    const url = new URL(`http://sluice.test/api/mcp${merchant === undefined ? '' : `/${merchant}`}`)
    await client.connect(new StreamableHTTPClientTransport(url, { fetch: mounted }))
    return client
  }

  const call = async (name: string, args: Arguments = {}, payment?: object): Promise<CallToolResult> => {
    const client = await connect()
    const meta = payment && { _meta: { 'x402/payment': payment } }
    return (await client.callTool({ name, arguments: args, ...meta })) as CallToolResult
  }

  /** The same with a payment, repeated while its settlement is not known: on a slow machine that is no refusal. */
  const buy = async (name: string, args: Arguments, payment: object): Promise<CallToolResult> => {
    for (;;) {
      const result = await call(name, args, payment)
      if (result.structuredContent?.code !== 'settlement-pending') return result
    }
  }

  return { connect, call, buy }
}

/** The text of a result; for other content its kind. */
export function textOf({ content }: CallToolResult): string[] {
  return content.map((item) => (item.type === 'text' ? item.text : item.type))
}

/** A payment for what a result asks, by x402's own client. */
export async function sign(
  result: CallToolResult,
  payer: PrivateKeyAccount,
  extensions: Record<string, unknown> = {},
): Promise<PaymentPayload> {
  const required = result.structuredContent as unknown as PaymentRequired
  const signed = await new x402Client().register(evmNetwork, new ExactEvmScheme(payer)).createPaymentPayload(required)
  return { ...signed, extensions: { ...signed.extensions, ...extensions } }
}
