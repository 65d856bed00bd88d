import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { McpError } from '@modelcontextprotocol/sdk/types.js'
import { mcp } from '@/lib/protocols'
import type { CollectedBody } from './collect'
import type { McpTool } from './McpTool'

/** Converts the gateway's answer to an MCP result. Pure. */

type Content = CallToolResult['content'][number]
type Problem = Record<string, unknown>

/** The key of our payment id, which `sluice_payment_status` and /api/v1/payments accept. */
const paymentKey = 'sluice/payment'

/** For a price that is known only after the answer, on networks where only channels can pay it. */
const noMcpOffer = 'None of the ways to pay it works over MCP: call its HTTP address, whose 402 names them.'

/** The gateway's answer to a call, with its body read. */
export type ToolAnswer = { status: number; headers: Headers; body: CollectedBody }

/**
 * Converts an answer. `speaksMpp` is true if the call was paid by MPP: its agent expects JSON-RPC errors. An agent that
 * has not paid yet accepts either form.
 * @throws McpError where MPP defines an error and x402 does not.
 */
export function from(answer: ToolAnswer, tool: McpTool, speaksMpp: boolean): CallToolResult {
  const body = problemOf(answer)
  if (!body) return fromAnswer(answer)
  const required = mcp.toRequired(answer.headers, body, tool)
  const problem = bare(body)
  if (speaksMpp && problem.code === 'malformed-credential')
    throw new McpError(mcp.mppCodes.malformed, String(problem.detail), { problem })
  if (answer.status === 402 && required.mpp && (speaksMpp || !required.x402)) throw toMppError(problem, required.mpp)
  if (answer.status === 402 && required.x402) return toDemand(problem, answer.headers, required.x402, required.mpp)
  if (answer.status === 402) return fromProblem({ ...problem, detail: `${String(problem.detail)} ${noMcpOffer}` })
  return fromProblem(problem, answer.headers)
}

/**
 * A refusal by this server. Its members are safe to act on and never contain a payment demand; the upstream's text is in
 * a member of its own.
 */
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
 * A payment demand in three forms: x402's, the one that Cloudflare's client reads, and MPP's. If a payment was refused,
 * x402's reason is beside the demand, as its specification requires ("Settlement Failure").
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

/** Removes the payment demands from the body of a 402, which leaves the problem. */
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
  const { required: requiredCode, failed } = mcp.mppCodes
  return new McpError(problem.code === 'payment-required' ? requiredCode : failed, String(problem.detail), required)
}

/**
 * The upstream's answer. In an error, its JSON never becomes structured content or the first text: a client looks there
 * for a demand, and would pay the address that the upstream names.
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

/** The members of a JSON object; undefined for anything else. */
function toMembers(mimeType: string, body: CollectedBody): Record<string, unknown> | undefined {
  if (!/^application\/(?:[\w.+-]+\+)?json$/.test(mimeType)) return undefined
  try {
    const value: unknown = JSON.parse(toText(body) ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** The body as text; undefined if it is not UTF-8. A cut body may end inside a character. */
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

/** The result's `_meta` with the receipts; empty without any. */
function metaOf(headers: Headers): Pick<CallToolResult, '_meta'> {
  const id = headers.get('sluice-payment')
  const meta = { ...mcp.toMeta(headers), ...(id !== null && { [paymentKey]: id }) }
  return Object.keys(meta).length > 0 ? { _meta: meta } : {}
}

/**
 * Our own problem; undefined for an upstream's answer, even one that looks like a problem: upstream answers always carry
 * our sandbox header.
 */
function problemOf({ headers, body }: ToolAnswer): Problem | undefined {
  const isOurs = headers.get('content-type') === 'application/problem+json' && !headers.has('content-security-policy')
  return isOurs ? (JSON.parse(Buffer.from(body.bytes).toString('utf8')) as Problem) : undefined
}
