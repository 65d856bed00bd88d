import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { Pool } from 'undici'
import { mentionsReserve, writesFor, type Write } from './channel-reserve'
import { pickPort } from './port'

export type TempoShim = {
  url: string
  port: number
  /** May be called twice. */
  stop(): Promise<void>
}

type Request = { id?: unknown; method?: unknown; params?: unknown }

// They speak of one connection, or are written anew.
const hopByHop = new Set(['connection', 'expect', 'host', 'keep-alive', 'transfer-encoding'])

/**
 * A JSON-RPC endpoint (HTTP) in front of the Tempo chain that writes into its storage what the channel reserve needs,
 * before the request that needs it goes on. Such writes change no nonce and no balance. Everything else passes as it
 * is. While the chain does not answer, it answers HTTP 502 and the error -32005, which clients ask again after and
 * never take for a revert.
 * @param wished port; another one is taken when it is in use.
 */
export async function startTempoShim(nodeUrl: string, wished?: number): Promise<TempoShim> {
  // No limits: a synchronous send waits for its block, and a dump of the state takes its time.
  const node = new Pool(nodeUrl, { headersTimeout: 0, bodyTimeout: 0 })
  const server = createServer((incoming, outgoing) => void pass(node, incoming, outgoing))
  // Clients keep connections open; closing them under a request would look like a lost answer.
  server.keepAliveTimeout = 600_000
  const port = await pickPort(wished)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    port,
    stop: async () => {
      server.close()
      server.closeAllConnections()
      if (!node.destroyed) await node.destroy()
    },
  }
}

async function pass(node: Pool, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let body: Buffer | undefined
  try {
    body = await buffer(incoming)
    if (mentionsReserve(body)) await write(node, requestsIn(body).flatMap(writesFor))
    const {
      statusCode,
      headers,
      body: answer,
    } = await node.request({
      method: incoming.method as 'POST',
      path: incoming.url ?? '/',
      headers: endToEnd(incoming.headers),
      body: body.length > 0 ? body : null,
    })
    outgoing.writeHead(statusCode, endToEnd(headers))
    await pipeline(answer, outgoing)
  } catch (error) {
    if (outgoing.headersSent || !body) return void outgoing.destroy()
    refuse(outgoing, body, error instanceof Error ? error.message : String(error))
  }
}

/** @throws Error when the chain does not answer or does not take it. */
async function write(node: Pool, writes: readonly Write[]): Promise<void> {
  if (writes.length === 0) return
  const { body } = await node.request({
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      writes.map(({ address, slot, value }, id) => ({
        jsonrpc: '2.0',
        id,
        method: 'anvil_setStorageAt',
        params: [address, slot, value],
      })),
    ),
  })
  const answers = (await body.json()) as { error?: { message: string } }[]
  const refused = answers.find(({ error }) => error)?.error
  if (refused) throw new Error(`anvil_setStorageAt: ${refused.message}`)
}

function refuse(outgoing: ServerResponse, body: Buffer, reason: string): void {
  const error = { code: -32005, message: `the local Tempo chain does not answer: ${reason}` }
  const answers = requestsIn(body).map(({ id = null }) => ({ jsonrpc: '2.0', id, error }))
  const isBatch = body.toString().trimStart().startsWith('[')
  outgoing.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify(isBatch ? answers : answers[0]))
}

/** One request or the requests of a batch; what is neither is for the chain to refuse. */
function requestsIn(body: Buffer): readonly Request[] {
  try {
    return [JSON.parse(body.toString()) as Request | Request[] | null].flat().map((request) => request ?? {})
  } catch {
    return [{}]
  }
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)))
}
