import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toAppError } from '@/lib/errors'
import type { AgentRequest, Authorization, Credential } from '@/lib/payments/Protocol'
import { byName, challengeAll, openQuote, parseAny } from '@/lib/protocols'
import { Quote } from '@/lib/pricing'
import { payTo } from './credential-fixture'

const resourceId = '0198c000-0000-7000-8000-000000000001'

export type ServerSale = { credential: Credential; authorization: Authorization }

export type ProtocolServer = {
  url: string
  /** The sales, in order. */
  sold: readonly ServerSale[]
  /** Why credentials were refused. */
  refused: readonly string[]
  close(): Promise<void>
}

export type ProtocolServerOptions = {
  networks: Quote.Quote['payouts'][number]['network'][]
  /** Moves the money and says in which transaction; without it, nothing moves. */
  settle?: (sold: ServerSale) => Promise<string>
}

/**
 * A shop that has the two protocols and nothing else: no claim, no upstream, no settlement of its own. Official
 * clients buy from it, so that what we put on the wire is judged by code that is not ours.
 */
export async function startProtocolServer({ networks, settle }: ProtocolServerOptions): Promise<ProtocolServer> {
  const sold: ServerSale[] = []
  const refused: string[] = []

  async function sell(ask: AgentRequest, headers: Headers): Promise<Response> {
    const nowMs = Date.now()
    const current = Quote.from(
      {
        id: resourceId,
        revision: 1,
        priceMicros: 10_000n,
        payouts: networks.map((network) => ({ network, payTo })),
      },
      randomUUID(),
      nowMs,
    )
    try {
      const presented = parseAny(headers)
      if (presented?.kind === 'payment') {
        const { credential } = presented
        const sealed = credential.quoteToken === undefined ? current : openQuote(credential.quoteToken, resourceId)
        if (!sealed) throw new Error('the quote is not ours')
        const quote = { ...sealed, payouts: current.payouts }
        const protocol = byName(credential.protocol)
        const authorization = await protocol.authorize(credential, quote, ask, nowMs)
        const one = { credential, authorization }
        const txHash = (await settle?.(one)) ?? `0x${'ab'.repeat(32)}`
        sold.push(one)
        const { wire, network, amountBase, decoded } = credential
        const paid = { wire, network, amountBase, decoded, payer: authorization.payer, txHash, settledAtMs: nowMs }
        return Response.json({ sold: wire }, { headers: protocol.receipt(paid) as [string, string][] })
      }
    } catch (error) {
      refused.push(`${toAppError(error).code}: ${String(error)}`)
    }
    const acceptPayment = headers.get('accept-payment')
    const challenge = challengeAll(current, ask, acceptPayment === null ? {} : { acceptPayment })
    return Response.json(challenge.body, {
      status: 402,
      headers: [...challenge.headers, ['Cache-Control', 'no-store']] as [string, string][],
    })
  }

  const server = createServer((request, response) => {
    const headers = new Headers()
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      headers.append(request.rawHeaders[at] ?? '', request.rawHeaders[at + 1] ?? '')
    const url = new URL(request.url ?? '/', 'http://sluice.test')
    const ask = {
      method: request.method ?? 'GET',
      url: url.href,
      host: url.host,
      path: url.pathname,
      query: url.search.slice(1),
      description: 'The weather – now',
      mimeType: 'application/json',
    }
    void sell(ask, headers).then(async (answer) => {
      response.statusCode = answer.status
      for (const [name, value] of answer.headers) response.appendHeader(name, value)
      response.end(Buffer.from(await answer.arrayBuffer()))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/weather?city=Bonn`,
    sold,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
