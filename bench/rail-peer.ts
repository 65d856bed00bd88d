import { createHash } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Method, z } from 'mppx'
import { Mppx, Store, stripe } from 'mppx/server'
import Stripe from 'stripe'

/**
 * The peer of bench/rail-faults.ts and bench/rails.ts: mppx's own server with the official Stripe SDK, as its documentation wires
 * them, in one plain Node process; or with a method `lightning`, which mppx has none of, as its users write one: an invoice of a node
 * for each challenge, the hash of the preimage, and a store in memory. Prints its URL.
 */

/** Instants at which the process ends as by `kill -9`, named as those of Sluice. */
const points = ['before-rail', 'after-rail', 'before-rail-commit', 'after-upstream'] as const

export type PeerSettings = {
  /** One of the two. */
  stripe?: { port: number; secretKey: string; profile: string }
  lightning?: { restUrl: string; macaroon: string; amountSat: number }
  upstreamUrl: string
  timeoutMs?: number
  /** Of the SDK; its default otherwise. */
  maxNetworkRetries?: number
  failpoint?: (typeof points)[number]
}
const settings = JSON.parse(process.argv[2] ?? '') as PeerSettings

type Outcome =
  | { status: 402; challenge: Response }
  | { status: 200; withReceipt(response: Response): Response | Promise<Response> }

const charge = settings.lightning ? chargeByLightning(settings.lightning) : chargeByStripe(settings.stripe)

function chargeByStripe(at: PeerSettings['stripe']): (request: Request) => Promise<Outcome> {
  if (!at) throw new TypeError('the peer sells by no rail')
  const method = stripe.charge({
    client: stripeSdk(at),
    networkId: at.profile,
    paymentMethodTypes: ['card', 'link'],
    currency: 'usd',
    decimals: 2,
  })
  return Mppx.create({ ...names(), methods: [method] }).charge({ amount: '0.75' })
}

function chargeByLightning(node: NonNullable<PeerSettings['lightning']>): (request: Request) => Promise<Outcome> {
  const shown = Store.memory()
  const method = Method.toServer(
    Method.from({
      name: 'lightning',
      intent: 'charge',
      schema: {
        credential: { payload: z.object({ preimage: z.string() }) },
        request: z.object({
          amount: z.string(),
          currency: z.string(),
          methodDetails: z.optional(z.object({ invoice: z.string(), paymentHash: z.string(), network: z.string() })),
        }),
      },
    }),
    {
      async request({ credential, request }) {
        if (credential) return credential.challenge.request as typeof request
        const response = await fetch(`${node.restUrl}/v1/invoices`, {
          method: 'POST',
          headers: { 'Grpc-Metadata-macaroon': node.macaroon },
          body: JSON.stringify({ value: request.amount, expiry: '900' }),
        })
        const made = (await response.json()) as { r_hash: string; payment_request: string }
        const paymentHash = Buffer.from(made.r_hash, 'base64').toString('hex')
        return { ...request, methodDetails: { invoice: made.payment_request, paymentHash, network: 'regtest' } }
      },
      async verify({ credential }) {
        const { methodDetails } = credential.challenge.request
        const hash = createHash('sha256').update(Buffer.from(credential.payload.preimage, 'hex')).digest('hex')
        if (hash !== methodDetails?.paymentHash || (await shown.get(hash)) !== null)
          throw new Error('the preimage is wrong, or was shown before')
        await shown.put(hash, true)
        return { method: 'lightning', status: 'success', timestamp: new Date().toISOString(), reference: hash }
      },
    },
  )
  return Mppx.create({ ...names(), methods: [method] }).charge({ amount: String(node.amountSat), currency: 'sat' })
}

function names() {
  return { secretKey: 'a secret of thirty-two bytes or more', realm: '127.0.0.1' }
}

function stripeSdk(at: NonNullable<PeerSettings['stripe']>): Stripe {
  const { timeoutMs, maxNetworkRetries } = settings
  const httpClient = Stripe.createNodeHttpClient()
  const send = httpClient.makeRequest.bind(httpClient)
  httpClient.makeRequest = async (...call: Parameters<typeof send>) => {
    dieAt('before-rail')
    const reply = await send(...call)
    dieAt('after-rail')
    return reply
  }
  return new Stripe(at.secretKey, {
    ...{ host: '127.0.0.1', port: at.port, protocol: 'http', telemetry: false, httpClient },
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(maxNetworkRetries !== undefined && { maxNetworkRetries }),
  })
}

function dieAt(point: (typeof points)[number]): void {
  if (settings.failpoint === point) process.kill(process.pid, 'SIGKILL')
}

async function answer(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
  const headers = new Headers(incoming.headers as Record<string, string>)
  const path = incoming.url ?? '/'
  const outcome = await charge(new Request(`http://127.0.0.1${path}`, { method: incoming.method ?? 'GET', headers }))
  const response = outcome.status === 402 ? outcome.challenge : await outcome.withReceipt(await work(path))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}

async function work(path: string): Promise<Response> {
  dieAt('before-rail-commit')
  const response = await fetch(`${settings.upstreamUrl}${path}`)
  const body = await response.text()
  dieAt('after-upstream')
  return new Response(body, { status: response.ok ? 200 : 502 })
}

const server = http.createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
})
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
)
process.on('disconnect', () => process.exit(0))
