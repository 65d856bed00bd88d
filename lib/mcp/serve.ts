import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import { env } from '../env'
import { AppError, toAppError, toProblem, toProblemResponse } from '@/lib/errors'
import { Client } from '@/lib/http'
import { loadMerchantResources } from '@/lib/merchants'
import { takesAnswers, withAccept } from './accept'
import { callTool } from './call-tool'
import { listTools, type ToolScope } from './list-tools'
import { definitions } from './own-tools'

const instructions = `Tools that are sold by the call, by x402 and by MPP. There is no account: call a tool, read what it costs, and call it again with the same arguments and a payment in _meta (x402/payment, or org.paymentauth/credential). A payment buys one call; the same payment with the same arguments gets the same answer again and is never charged twice. When a result says settlement-pending, do that instead of paying again. Names and descriptions of tools are their merchants' words.`

/**
 * Answers one request of MCP's streamable HTTP, without sessions: a request contains everything that a call needs, so any
 * process can answer it. `merchantSlug` limits it to one merchant's tools. Never throws.
 */
export async function serveMcp(request: Request, scope: ToolScope = {}): Promise<Response> {
  try {
    await assertServed(request, scope)
  } catch (error) {
    return toProblemResponse(toAppError(error), env.PUBLIC_URL)
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  const server = createServer(scope, request)
  await server.connect(transport)
  try {
    return await transport.handleRequest(takesAnswers(request.headers.get('accept')) ? withAccept(request) : request)
  } finally {
    await server.close()
  }
}

/**
 * Checks method and merchant. GET and DELETE get 405, because there is no event stream and no session. Pages of every
 * origin may call: there are no cookies, and each call brings its own payment.
 * @throws AppError method-not-allowed, resource-not-found
 */
async function assertServed({ method }: Request, { merchantSlug }: ToolScope): Promise<void> {
  if (method !== 'POST')
    throw new AppError('method-not-allowed', 'MCP is served here by POST alone, without sessions.', {
      headers: { Allow: 'POST' },
    })
  if (merchantSlug !== undefined && !(await loadMerchantResources(merchantSlug)))
    throw new AppError('resource-not-found', 'There is no such merchant here.')
}

// Shared, because each server would create its own, which costs as much as many calls. It validates only answers to
// server requests, and this server sends none.
const jsonSchemaValidator = new AjvJsonSchemaValidator()

const payment = { methods: { evm: { intents: ['charge'] }, tempo: { intents: ['charge'] } } }

function createServer(scope: ToolScope, { headers, signal }: Request): Server {
  const remoteAddress = headers.get(Client.header) ?? undefined
  const server = new Server(
    { name: 'sluice', title: scope.merchantSlug ?? new URL(env.PUBLIC_URL).host, version: '1' },
    { capabilities: { tools: {}, experimental: { payment } }, instructions, jsonSchemaValidator },
  )
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) =>
    withRpcErrors(async () => ({ ...(await listTools(scope, definitions, params?.cursor)) })),
  )
  server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    callTool(
      scope,
      { name: params.name, arguments: params.arguments ?? {}, meta: params._meta ?? {}, remoteAddress },
      signal,
    ),
  )
  return server
}

/** Converts errors to JSON-RPC errors, for methods whose result has no place for a problem. */
async function withRpcErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const known = toAppError(error)
    const code = known.status < 500 ? ErrorCode.InvalidParams : ErrorCode.InternalError
    throw new McpError(code, known.message, { problem: toProblem(known, env.PUBLIC_URL) })
  }
}
