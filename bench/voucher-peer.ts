import http from 'node:http'
import { Mppx, Store, tempo } from 'mppx/server'
import { createClient, http as httpTransport } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'

/**
 * The peer of bench/vouchers.ts: mppx's own session server as its documentation wires it, in one plain Node process with
 * its memory store. Configured by argv: port, RPC URL, key (payee and settler), token, upstream URL.
 */
const [port = '', rpcUrl = '', key = '', currency = '', upstreamUrl = ''] = process.argv.slice(2)

const account = privateKeyToAccount(key as `0x${string}`)
const client = createClient({ account, chain: tempoLocalnet, transport: httpTransport(rpcUrl) })
const mppx = Mppx.create({
  secretKey: 'a secret of thirty-two bytes or more',
  realm: '127.0.0.1',
  methods: [
    tempo.session({
      account,
      recipient: account.address,
      currency: currency as `0x${string}`,
      chainId: tempoLocalnet.id,
      getClient: () => client,
      store: Store.memory(),
      amount: '0.001',
      unitType: 'request',
      suggestedDeposit: '1000',
    } as unknown as Parameters<typeof tempo.session>[0]),
  ],
})
const charge = (mppx as unknown as { session(options: object): (request: Request) => Promise<Outcome> }).session({})

type Outcome =
  | { status: 402; challenge: Response }
  | { status: 200; withReceipt(response: Response): Response | Promise<Response> }

async function answer(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
  const headers = new Headers(incoming.headers as Record<string, string>)
  const request = new Request(`http://127.0.0.1:${port}${incoming.url}`, { method: incoming.method ?? 'GET', headers })
  const outcome = await charge(request)
  const response =
    outcome.status === 402
      ? outcome.challenge
      : await outcome.withReceipt(new Response(await (await fetch(upstreamUrl)).text(), { status: 200 }))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}

http
  .createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  .listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'))
