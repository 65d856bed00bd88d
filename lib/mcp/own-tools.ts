import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { limitPublicReads } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import { JsonSchema } from '@/lib/merchants'
import { findPaymentStatus, PaymentKey } from '@/lib/payments'
import { quoteTool } from './quote-tool'
import type * as McpTool from './McpTool'

/** The server's own tools: the price of a tool, the state of a payment, and its receipts. All are free. */

type Arguments = Record<string, unknown>
type OwnTool = McpTool.McpTool & { run(arguments_: Arguments): Promise<CallToolResult> }

const annotations = { readOnlyHint: true, openWorldHint: false }
const words = (description: string) => ({ type: 'string', description })

const paymentInput = {
  type: 'object' as const,
  properties: {
    payment: words(
      'What you have of it: the id that a result carries as _meta["sluice/payment"], the id that you gave it yourself (then name the merchant too), a transaction hash, or what you signed: the nonce (then name the payer too) or eip3009|network|token|payer|nonce.',
    ),
    merchant: words(
      'Whose tool it was, with an id that you gave the payment yourself: the first word of the tool’s name.',
    ),
    payer: words('The wallet that pays, with a nonce, or to narrow a transaction that carries several payments.'),
  },
  required: ['payment'],
  additionalProperties: false,
}

const tools: readonly OwnTool[] = [
  {
    name: 'sluice_quote',
    title: 'What a tool costs',
    description:
      'What calling a tool with these arguments costs now, on which networks and by which protocols. Free, and calls nothing.',
    inputSchema: {
      type: 'object',
      properties: {
        tool: words('The name of the tool.'),
        arguments: { type: 'object', description: 'The arguments that it would be called with.' },
      },
      required: ['tool'],
      additionalProperties: false,
    },
    annotations,
    run: async (arguments_) => toResult(await quoteTool(String(arguments_.tool), arguments_.arguments as Arguments)),
  },
  {
    name: 'sluice_payment_status',
    title: 'What became of a payment',
    description:
      'Whether a payment settled, by which transaction, and whether it was delivered or refunded: for an agent that lost an answer. After settlement-pending call the paid tool again with the same payment, and it is not charged twice. Free.',
    inputSchema: paymentInput,
    annotations,
    run: async (arguments_) => toResult(await statusOf(arguments_)),
  },
  {
    name: 'sluice_receipt',
    title: 'The receipts of a payment',
    description:
      'The receipts of a payment that settled, as they came with its answer. They need the id of the payment. Free.',
    inputSchema: paymentInput,
    annotations,
    run: async (arguments_) => toResult(await receiptOf(arguments_)),
  },
]

export const definitions: readonly McpTool.McpTool[] = tools.map(({ run: _run, ...definition }) => definition)

/**
 * Finds one of the server's own tools; undefined for any other name. `run` throws AppError bad-input, not-found,
 * not-possible.
 */
export function findOwnTool(name: string): Pick<OwnTool, 'run'> | undefined {
  const tool = tools.find((one) => one.name === name)
  return (
    tool && {
      run: (arguments_) => {
        const mismatch = JsonSchema.findMismatch(tool.inputSchema, arguments_, 'arguments')
        const field = mismatch?.split(' ', 1)[0]?.replace('arguments.', '')
        if (mismatch && field) throw new AppError('bad-input', mismatch, { fields: [{ field, message: mismatch }] })
        return tool.run(arguments_)
      },
    }
  )
}

async function statusOf(arguments_: Arguments): Promise<object> {
  const found = await findPayment(arguments_)
  return found.kind === 'several' ? { payments: found.payments } : found.payment
}

async function receiptOf(arguments_: Arguments): Promise<object> {
  const found = await findPayment(arguments_)
  if (found.kind === 'several' || !('receipt' in found.payment))
    throw new AppError(
      'not-possible',
      'Receipts need the id of the payment: a hash or a nonce can be read on the chain by others. The same call with the same payment in _meta brings the receipts too.',
    )
  const { receipt, settlement } = found.payment
  if (receipt.length === 0)
    throw new AppError('not-possible', `The payment has no receipt: its settlement is ${settlement}.`)
  return { receipts: receipt.map(([name, value]) => ({ name, value })) }
}

async function findPayment({ payment, merchant, payer }: Arguments) {
  limitPublicReads()
  const found = await findPaymentStatus(
    PaymentKey.parse(String(payment), { merchant: toText(merchant), payer: toText(payer) }),
  )
  if (!found) throw new AppError('not-found', 'There is no such payment.')
  return found
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function toResult(value: object): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: { ...value } }
}
