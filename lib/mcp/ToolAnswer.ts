import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { McpError } from '@modelcontextprotocol/sdk/types.js'
import { mcp } from '@/lib/protocols'
import type { CollectedBody } from './collect'
import type { McpTool } from './McpTool'

/** The gateway's answer to a call as a result of MCP. Pure. */

type Content = CallToolResult['content'][number]
type Problem = Record<string, unknown>

/** Our own id of a payment: `sluice_payment_status` and /api/v1/payments take it. */
const paymentKey = 'sluice/payment'

/** A price that is known after the answer only, on networks where channels alone take it. */
const notHere = 'None of the ways to pay it works over MCP: call its HTTP address, whose 402 names them.'

/** What came back for a call, with its body read. */
export type ToolAnswer = { status: number; headers: Headers; body: CollectedBody }

/**
 * `speaksMpp`: the call was paid by MPP, so that its agent reads JSON-RPC errors; one that paid nothing yet reads either.
 * @throws McpError where MPP has an error and x402 has nothing to say.
 */
export function from(came: ToolAnswer, tool: McpTool, speaksMpp: boolean): CallToolResult {
  const body = problemOf(came)
  if (!body) return fromAnswer(came)
  const required = mcp.toRequired(came.headers, body, tool)
  const problem = bare(body)
  if (speaksMpp && problem.code === 'malformed-credential')
    throw new McpError(mcp.mppCodes.malformed, String(problem.detail), { problem })
  if (came.status === 402 && required.mpp && (speaksMpp || !required.x402)) throw toMppError(problem, required.mpp)
  if (came.status === 402 && required.x402) return toDemand(problem, came.headers, required.x402, required.mpp)
  if (came.status === 402) return fromProblem({ ...problem, detail: `${String(problem.detail)} ${notHere}` })
  return fromProblem(problem, came.headers)
}

/** A refusal of ours. Agents may act on its members, and never find a demand in them; an upstream's words stand in one of their own. */
export function fromProblem(problem: Problem, headers: Headers = new Headers()): CallToolResult {
  const retryAfter = headers.get('retry-after')
  const again = problem.code === 'settlement-pending' || problem.code === 'payment-in-progress'
  const words = again
    ? `${String(problem.detail)} Do not pay again: call the tool with the same arguments and the same payment in _meta after ${retryAfter ?? '2'} seconds.`
    : String(problem.detail)
  return {
    isError: true,
    content: [text(words)],
    structuredContent: { ...problem, ...(retryAfter !== null && { retryAfterSeconds: Number(retryAfter) }) },
    ...metaOf(headers),
  }
}

/**
 * x402's form, the one that Cloudflare's client reads, and MPP's: clients of each look for theirs. Where a payment was refused,
 * x402's word on it stands beside the demand, as its specification has it ("Settlement Failure").
 */
function toDemand(problem: Problem, headers: Headers, required: object, mpp: object | undefined): CallToolResult {
  const { _meta } = metaOf(headers)
  const refusal = _meta?.[mcp.x402ResponseKey]
  const demand = { ...required, ...(refusal !== undefined && { [mcp.x402ResponseKey]: refusal }) }
  return {
    isError: true,
    structuredContent: demand,
    content: [text(JSON.stringify(demand)), text(String(problem.detail))],
    _meta: { ..._meta, [mcp.x402ErrorKey]: required, ...(mpp && { [mcp.mppRequiredKey]: mpp }) },
  }
}

/** The body of a 402 is x402 v1's demand too. */
function bare({
  x402Version: _v1,
  accepts: _accepts,
  error: _error,
  extensions: _extensions,
  paymentRequired: _v2,
  challenges: _challenges,
  ...problem
}: Problem): Problem {
  return problem
}

function toMppError(problem: Problem, required: Record<string, unknown>): McpError {
  const { required: wanted, failed } = mcp.mppCodes
  return new McpError(problem.code === 'payment-required' ? wanted : failed, String(problem.detail), required)
}

/**
 * What the upstream answered. Its JSON never becomes structured content of an error, nor the first text of one: a client that looks
 * there for a demand would take the upstream's word for whom to pay.
 */
function fromAnswer({ status, headers, body }: ToolAnswer): CallToolResult {
  const isError = status >= 400
  const mimeType = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() || 'text/plain'
  const remarks = [
    ...(isError ? [text(`The answer has the status ${status}.`)] : []),
    ...(body.isCut
      ? [text('The answer is too long for a tool, did not end in time, or broke off: this is its beginning.')]
      : []),
  ]
  const members = isError || body.isCut ? undefined : toMembers(mimeType, body)
  return {
    ...(isError && { isError }),
    content: [...remarks, toContent(mimeType, body)],
    ...(members && { structuredContent: members }),
    ...metaOf(headers),
  }
}

function toContent(mimeType: string, body: CollectedBody): Content {
  const data = Buffer.from(body.bytes)
  if (mimeType.startsWith('image/') && mimeType !== 'image/svg+xml')
    return { type: 'image', data: data.toString('base64'), mimeType }
  if (mimeType.startsWith('audio/')) return { type: 'audio', data: data.toString('base64'), mimeType }
  const words = toText(body)
  if (words !== undefined) return text(words)
  return { type: 'resource', resource: { uri: 'sluice:answer', mimeType, blob: data.toString('base64') } }
}

/** JSON that is an object, as its members. */
function toMembers(mimeType: string, body: CollectedBody): Record<string, unknown> | undefined {
  if (!/^application\/(?:[\w.+-]+\+)?json$/.test(mimeType)) return undefined
  try {
    const value: unknown = JSON.parse(toText(body) ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** A cut may go through a character. */
function toText({ bytes, isCut }: CollectedBody): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut })
  } catch {
    return undefined
  }
}

function text(words: string): Content {
  return { type: 'text', text: words }
}

/** What is to be spread into a result: its receipts, if it has any. */
function metaOf(headers: Headers): Pick<CallToolResult, '_meta'> {
  const id = headers.get('sluice-payment')
  const meta = { ...mcp.toMeta(headers), ...(id !== null && { [paymentKey]: id }) }
  return Object.keys(meta).length > 0 ? { _meta: meta } : {}
}

/** Our own problem; undefined for what an upstream answered, even if it looks like one: that always comes with our sandbox. */
function problemOf({ headers, body }: ToolAnswer): Problem | undefined {
  const isOurs = headers.get('content-type') === 'application/problem+json' && !headers.has('content-security-policy')
  return isOurs ? (JSON.parse(Buffer.from(body.bytes).toString('utf8')) as Problem) : undefined
}
