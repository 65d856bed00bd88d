import { decodePaymentResponseHeader } from '@x402/core/http'
import type { PaymentRequired } from '@x402/core/types'
import { decodeJson, type CalledTool } from '@/lib/protocol-shared'
import { headerV1, headerV2 } from './Payload'

/**
 * x402 v2's binding to MCP (transports-v2/mcp, "Tool-Result Binding"). What HTTP sends in headers, MCP sends in
 * results and in `_meta`, in the same form.
 */

/** The second key is the one of Vercel's x402-mcp. */
const paymentKeys = ['x402/payment', 'x402.payment'] as const
export const responseKey = 'x402/payment-response'
/** Cloudflare's `agents` reads the payment requirements here, in `_meta` of the result. */
export const errorKey = 'x402/error'

/**
 * Returns the HTTP header that is equal to the payment in `_meta`; verifies nothing. The payment is an object (x402)
 * or its base64 text (Cloudflare's `agents`, Vercel's x402-mcp). Its version decides the header's name.
 */
export function toHeaders(meta: CalledTool.CallMeta): CalledTool.CallHeaders {
  const payment = paymentKeys.map((key) => meta[key]).find((value) => value !== undefined)
  if (payment === undefined) return []
  if (typeof payment !== 'string') {
    const text = Buffer.from(JSON.stringify(payment)).toString('base64')
    return [[isV1(payment) ? headerV1 : headerV2, text]]
  }
  // Text that is not a valid header value cannot be a payment.
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

/**
 * Converts a 402's payment requirements to those of a tool; undefined if the 402 has no x402 offer. `problem` is the
 * 402's body.
 */
export function toRequired(
  headers: Headers,
  problem: Record<string, unknown>,
  tool: CalledTool.CalledTool,
): PaymentRequired | undefined {
  // The header holds only what fits; the body holds everything.
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

/** `_meta` of a result that was paid, or whose payment was refused. */
export function toMeta(headers: Headers): Record<string, unknown> {
  const receipt = headers.get('payment-response') ?? headers.get('x-payment-response')
  return receipt === null ? {} : { [responseKey]: decodePaymentResponseHeader(receipt) }
}

/**
 * A tool is called by name and arguments (bazaar, "MCP tools"). Sign-in needs a header, which MCP does not have.
 * Signed offers and receipts keep the HTTP address of the tool's resource.
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
