import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { env } from '../env'
import { log } from '../log'
import { AppError, toAppError, toProblem, toProblemResponse } from '@/lib/errors'
import { handle, Route } from '@/lib/gateway'
import { loadMerchantResources, type Resource } from '@/lib/merchants'
import { mcp } from '@/lib/protocols'
import * as ToolRequest from './ToolRequest'
import { type ToolScope } from './list-tools'
import { findTool } from './find-tool'
import { collect } from './collect'
import { findOwnTool } from './own-tools'
import * as ToolAnswer from './ToolAnswer'
import * as McpTool from './McpTool'

type Call = {
  name: string
  arguments: Record<string, unknown>
  /** The call's `_meta`: contains the payment, if any. */
  meta: Record<string, unknown>
  /** The client's IP address. */
  remoteAddress?: string | undefined
}

/**
 * Calls a tool. Its HTTP request goes through the gateway with the payment of `_meta` in its headers, so quote, claim,
 * settlement, delivery and repeats work as over HTTP. A payment made here counts as used over HTTP too: the same request
 * gets its answer again, any other is refused. `signal` is aborted when the agent disconnects.
 * @throws McpError for the JSON-RPC errors of MPP's binding; every other refusal is a result.
 */
export async function callTool(scope: ToolScope, call: Call, signal: AbortSignal): Promise<CallToolResult> {
  const own = findOwnTool(call.name)
  try {
    if (own) return await own.run(call.arguments)
    const resource = await findTool(scope, call.name)
    if (!resource) throw new AppError('not-found', `There is no tool ${JSON.stringify(call.name.slice(0, 64))} here.`)
    return await callResource(resource, call, signal)
  } catch (error) {
    if (!(error instanceof AppError) && isRpcError(error)) throw error
    const known = toAppError(error)
    if (known.status >= 500 && known.code !== 'paused')
      log().error({ err: known.cause ?? known, code: known.code }, 'a tool was not called')
    return ToolAnswer.fromProblem(toProblem(known, env.PUBLIC_URL), new Headers(known.headers))
  }
}

async function callResource(resource: Resource, call: Call, signal: AbortSignal): Promise<CallToolResult> {
  const tool = McpTool.from(resource)
  const speaksMpp = mcp.speaksMpp(call.meta)
  const reason = McpTool.unpayable(resource)
  if (reason !== undefined) throw new AppError('not-possible', reason)
  const toolRequest = ToolRequest.fromArguments(resource, call.arguments)
  await assertSameTool(resource, toolRequest)
  const response = await sendCall(toolRequest, call, signal)
  return ToolAnswer.from(
    { status: response.status, headers: response.headers, body: await collect(response.body) },
    tool,
    speaksMpp,
  )
}

async function sendCall(
  { method, target, body }: ToolRequest.ToolRequest,
  { meta, remoteAddress }: Call,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers({ Accept: '*/*', 'Accept-Encoding': 'identity' })
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  try {
    for (const [name, value] of mcp.toHeaders(meta)) headers.append(name, value)
  } catch (error) {
    return toProblemResponse(toAppError(error), env.PUBLIC_URL)
  }
  const request = new Request(`${env.PUBLIC_URL}${target}`, { method, headers, signal, body: body ?? null })
  return handle(request, { target, remoteAddress })
}

/**
 * Checks that the values name this resource: a value of `/users/:id` may spell `/users/me`, another resource with its own
 * price.
 * @throws AppError bad-input
 */
async function assertSameTool(
  { id, merchantSlug }: Resource,
  { method, target }: ToolRequest.ToolRequest,
): Promise<void> {
  const { path } = Route.parseTarget(target)
  const resources = (await loadMerchantResources(merchantSlug))?.resources ?? []
  const matched = Route.findAt(resources, path).find(({ resource }) => resource.method === method)?.resource
  if (matched?.id === id) return
  const message = matched
    ? `These values of path name another tool, ${McpTool.nameOf(matched)}.`
    : 'This tool is not on sale any more. List the tools again.'
  throw new AppError('bad-input', message, { fields: [{ field: 'path', message }] })
}

function isRpcError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}
