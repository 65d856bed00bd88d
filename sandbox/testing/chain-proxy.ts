import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Request = { id: number; method: string; params: readonly unknown[] }

/** The treatment of one call: `forward` it, `swallow` it (never sent on), `drop` its answer, or answer something else. */
export type Fault = 'forward' | 'swallow' | 'drop' | { error: { code: number; message: string } } | { result: unknown }

export type ChainProxy = {
  url: string
  /** Every call that came, in order. */
  calls: Request[]
  /** Decides the fate of each call. */
  fault: (request: Request) => Fault
  stop(): Promise<void>
}

/** A JSON-RPC endpoint in front of a chain that can lose, swallow and falsify single calls. */
export async function startChainProxy(target: string): Promise<ChainProxy> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => void answer(proxy, target, Buffer.concat(chunks).toString(), outgoing))
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: ChainProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    fault: () => 'forward',
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return proxy
}

async function answer(proxy: ChainProxy, target: string, body: string, outgoing: ServerResponse): Promise<void> {
  const request = JSON.parse(body) as Request
  proxy.calls.push(request)
  const fault = proxy.fault(request)
  if (fault === 'swallow') return void outgoing.destroy()
  if (typeof fault === 'object') {
    outgoing.setHeader('content-type', 'application/json')
    return void outgoing.end(JSON.stringify({ jsonrpc: '2.0', id: request.id, ...fault }))
  }
  const response = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const text = await response.text()
  if (fault === 'drop') return void outgoing.destroy()
  outgoing.setHeader('content-type', 'application/json')
  outgoing.end(text)
}
