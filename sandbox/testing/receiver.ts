import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** One webhook as it came in, verified by the official library. */
export type Received = {
  id: string
  type: string
  data: { transaction?: { id: string }; event?: { data: unknown; index: string } } & Record<string, unknown>
  /** When it came, by the monotonic clock. */
  atMs: number
}

export type Receiver = {
  url: string
  /** host:port, for UPSTREAM_ALLOW. */
  host: string
  received: Received[]
  /** Requests that do not verify. */
  refused: string[]
  /** How it answers; by default 204. */
  answer: (received: Received, response: ServerResponse) => void
  /** Verifies with this from now on. */
  secret: string
  stop(): Promise<void>
}

/** A receiver of webhooks as merchants run them. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const receiver: Receiver = {
    url: `http://${host}/hooks`,
    host,
    received: [],
    refused: [],
    answer: (_, response) => response.writeHead(204).end(),
    secret: '',
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    try {
      const message = new Webhook(receiver.secret).verify(body, request.headers as Record<string, string>) as Received
      const received = {
        id: String(request.headers['webhook-id']),
        type: message.type,
        data: message.data,
        atMs: performance.now(),
      }
      receiver.received.push(received)
      receiver.answer(received, response)
    } catch (error) {
      receiver.refused.push(error instanceof Error ? error.message : String(error))
      response.writeHead(400).end('signature')
    }
  }
  return receiver
}
