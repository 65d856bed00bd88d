import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { openLedger } from './ledger'
import { methodsOf, putMint, Refusal } from './rpc'

/** A Solana cluster of one node on 127.0.0.1, as a process: started by `startSolana`, which gives its options as one argument. */

export type MainOptions = { port: number; slotMs: number; finalSlots: number; stateDir?: string }

type Request = { id?: unknown; method?: string; params?: readonly unknown[] }

const options = JSON.parse(process.argv[2] ?? '{}') as MainOptions
const ledger = openLedger(options)
putMint(ledger)
const methods = methodsOf(ledger)

async function answer(text: string): Promise<unknown> {
  let request: Request = {}
  try {
    request = JSON.parse(text) as Request
    const { method = '', params = [] } = request
    const run = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (!run) throw new Refusal(-32601, 'Method not found')
    return { jsonrpc: '2.0', id: request.id, result: (await run(params)) ?? null }
  } catch (error) {
    const { code, message, data } = error instanceof Refusal ? error : new Refusal(-32603, String(error))
    return { jsonrpc: '2.0', id: request.id ?? null, error: { code, message, ...(data !== undefined && { data }) } }
  }
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = JSON.stringify(await answer(Buffer.concat(chunks).toString('utf8')))
  response.writeHead(200, { 'content-type': 'application/json' }).end(body)
}

const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))
// Clients keep connections open; closing them under a request would look like a lost answer.
server.keepAliveTimeout = 600_000
server.listen(options.port, '127.0.0.1')

function end(): void {
  ledger.close()
  process.exit(0)
}
process.on('SIGINT', end)
process.on('SIGTERM', end)
