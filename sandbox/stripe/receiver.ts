import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'

export type Received = { event: Stripe.Event; isSigned: boolean }

export type Receiver = {
  url: string
  /** What came, in order, refused ones too. */
  received: Received[]
  /** Types in the order in which they came. */
  types(): string[]
  /** The answer to the next deliveries, 200 by itself; undefined for none at all. */
  answer: (event: Stripe.Event) => number | undefined
  stop(): Promise<void>
}

/** A merchant's webhook endpoint that checks signatures by the official SDK. @param secretOf known once the server runs. */
export async function startReceiver(secretOf: () => string | undefined): Promise<Receiver> {
  const received: Received[] = []
  const { webhooks } = new Stripe('sk_test_receiver')
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const event = JSON.parse(body) as Stripe.Event
      let isSigned = true
      try {
        webhooks.constructEvent(body, String(request.headers['stripe-signature']), secretOf() ?? '', 300)
      } catch {
        isSigned = false
      }
      received.push({ event, isSigned })
      const status = running.answer(event)
      if (status !== undefined) response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const running: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stripe`,
    received,
    types: () => received.map(({ event }) => event.type),
    answer: () => 200,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return running
}
