import { decodePaymentResponseHeader } from '@x402/core/http'
import type { PaymentRequired } from '@x402/core/types'
import { decodeJson, type CalledTool } from '@/lib/protocol-shared'
import { headerV1, headerV2 } from './Payload'

/**
 * x402 v2's binding to MCP (transports-v2/mcp, "Tool-Result Binding"): what travels in headers over HTTP stands in results and
 * in `_meta` there, and is the same otherwise.
 */

/** The second is that of Vercel's x402-mcp. */
const paymentKeys = ['x402/payment', 'x402.payment'] as const
export const responseKey = 'x402/payment-response'
/** Where Cloudflare's `agents` reads a demand, in `_meta` of the result. */
export const errorKey = 'x402/error'

/**
 * The header that a payment in `_meta` is over HTTP; nothing of it is believed here. It is an object, as x402 says, or its base64 text
 * as over HTTP, as Cloudflare's `agents` and Vercel's x402-mcp send it. Its own version says whose header it is.
 */
export function toHeaders(meta: CalledTool.CallMeta): CalledTool.CallHeaders {
  const payment = paymentKeys.map((key) => meta[key]).find((value) => value !== undefined)
  if (payment === undefined) return []
  if (typeof payment !== 'string') {
    const text = Buffer.from(JSON.stringify(payment)).toString('base64')
    return [[isV1(payment) ? headerV1 : headerV2, text]]
  }
  // Whatever is no header's value cannot be a payment.
  const text = /^[\x21-\x7e]+$/.test(payment) ? payment : '-'
  return [[isV1(decode(text)) ? headerV1 : headerV2, text]]
}

function isV1(payment: unknown): boolean {
  return typeof payment === 'object' && payment !== null && 'x402Version' in payment && payment.x402Version === 1
}

function decode(text: string): unknown {
  try {
    return decodeJson(text, 'base64')
  } catch {
    return undefined
  }
}

/** The demand of a 402 as it is made of a tool; undefined when it has no x402 offer. `problem` is the 402's body. */
export function toRequired(
  headers: Headers,
  problem: Record<string, unknown>,
  tool: CalledTool.CalledTool,
): PaymentRequired | undefined {
  // The header has what there was room for.
  if (!headers.has('payment-required') || problem.paymentRequired === undefined) return undefined
  const { resource, error, extensions: declared, ...required } = problem.paymentRequired as PaymentRequired
  const extensions = toExtensions(declared ?? {}, tool)
  return {
    ...required,
    error: problem.code === 'payment-required' ? 'Payment required to call this tool' : (error ?? 'Payment refused'),
    resource: { ...resource, url: `mcp://tool/${tool.name}` },
    ...(Object.keys(extensions).length > 0 && { extensions }),
  }
}

/** `_meta` of a paid result, or of one whose payment was refused. */
export function toMeta(headers: Headers): Record<string, unknown> {
  const receipt = headers.get('payment-response') ?? headers.get('x-payment-response')
  return receipt === null ? {} : { [responseKey]: decodePaymentResponseHeader(receipt) }
}

/**
 * A tool is called by name and arguments (bazaar, "MCP tools"); signing in is a header, for which MCP has no place. Signed offers
 * and receipts go on naming the address that the tool stands for.
 */
function toExtensions(
  { bazaar, 'sign-in-with-x': _signIn, ...kept }: Record<string, unknown>,
  { name, inputSchema }: CalledTool.CalledTool,
): Record<string, unknown> {
  if (bazaar === undefined) return kept
  const input = { type: 'mcp', toolName: name, transport: 'streamable-http', inputSchema }
  const text = { type: 'string' }
  const properties = {
    type: { type: 'string', const: 'mcp' },
    toolName: text,
    transport: { type: 'string', enum: ['streamable-http'] },
    inputSchema: { type: 'object' },
  }
  return {
    ...kept,
    bazaar: {
      info: { input },
      schema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: {
          input: {
            type: 'object',
            properties,
            required: ['type', 'toolName', 'inputSchema'],
            additionalProperties: false,
          },
        },
        required: ['input'],
      },
    },
  }
}
