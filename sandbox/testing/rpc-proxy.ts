import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RpcProxy = {
  url: string
  /** Methods whose call is passed on and whose answer is then lost: the connection ends. */
  loseAnswers(methods: readonly string[]): void
  /** Methods that never reach the node: the connection ends. */
  cutOff(methods: readonly string[]): void
  close(): Promise<void>
}

/** A JSON-RPC endpoint in front of a node that loses chosen calls. */
export async function startRpcProxy(nodeUrl: string): Promise<RpcProxy> {
  let lost = new Set<string>()
  let cut = new Set<string>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const method = (JSON.parse(body.toString()) as { method: string }).method
      if (cut.has(method)) return request.socket.destroy()
      fetch(nodeUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
        .then((answer) => answer.text())
        .then((text) => {
          if (lost.has(method)) return request.socket.destroy()
          response.setHeader('content-type', 'application/json').end(text)
        })
        .catch(() => request.socket.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswers: (methods) => void (lost = new Set(methods)),
    cutOff: (methods) => void (cut = new Set(methods)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
