import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { ExactEvmScheme } from '@x402/evm'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { evm, Mppx, tempo } from 'mppx/client'
import { createClient, http, type Hex } from 'viem'
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { z } from 'zod'
import { evmNetwork } from '../evm'
import { tempoNetwork } from '../tempo'

/** The paying agent behind "Make a test payment": a process of the demo, so that the product carries no client and no key of one. */

const timeoutMs = 45_000

const Request = z.object({
  way: z.enum(['x402', 'mpp-evm', 'mpp-tempo']),
  /** The ways to pay, cheapest first. */
  resources: z.array(z.object({ url: z.url(), networks: z.array(z.string()) })),
})
type Way = z.infer<typeof Request>['way']

export type DemoPayments = { url: string; close(): Promise<void> }

type Options = { payerKey: Hex; tempoUrl: string }

/**
 * Serves `POST /` with a way to pay and resources: buys the first resource that this way can pay for, with the demo's wallet.
 * Answers `{ paymentId, status }`, or `{ error }` with 400 or 502. Every call is a new payment.
 */
export async function serveDemoPayments({ payerKey, tempoUrl }: Options): Promise<DemoPayments> {
  const account = privateKeyToAccount(payerKey)
  const server = createServer((request, response) => {
    void answer(request, account, tempoUrl).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

type Answer = { status: number; body: { paymentId: string; status: number } | { error: string } }

async function answer(request: IncomingMessage, account: PrivateKeyAccount, tempoUrl: string): Promise<Answer> {
  try {
    const asked = Request.safeParse(JSON.parse(await text(request)))
    if (!asked.success) return { status: 400, body: { error: z.prettifyError(asked.error) } }
    const { way, resources } = asked.data
    const network = way === 'mpp-tempo' ? tempoNetwork : evmNetwork
    const resource = resources.find(({ networks }) => networks.includes(network))
    if (!resource) return { status: 400, body: { error: `No resource is sold on ${network}, which ${way} pays on.` } }
    const paid = await payerOf(way, account, tempoUrl)(resource.url, { signal: AbortSignal.timeout(timeoutMs) })
    await paid.body?.cancel()
    const paymentId = paid.headers.get('sluice-payment')
    if (!paymentId) return { status: 502, body: { error: `The gateway answered ${paid.status} and took no payment.` } }
    return { status: 200, body: { paymentId, status: paid.status } }
  } catch (error) {
    return { status: 502, body: { error: (error as Error).message } }
  }
}

/** The clients as their own documentation sets them up. */
function payerOf(way: Way, account: PrivateKeyAccount, tempoUrl: string): typeof fetch {
  if (way === 'x402') {
    const schemes = [{ network: evmNetwork, client: new ExactEvmScheme(account) } as const]
    return wrapFetchWithPaymentFromConfig(fetch, { schemes })
  }
  const method =
    way === 'mpp-evm'
      ? evm.charge({ account, networks: [84_532], authorization: { name: 'USDC', version: '2' } })
      : tempo.charge({ account, getClient: () => createClient({ chain: tempoLocalnet, transport: http(tempoUrl) }) })
  return Mppx.create({ polyfill: false, methods: [method] }).fetch as typeof fetch
}
