import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { expect, test } from '@playwright/test'
import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit'
import { decodePaymentResponseHeader } from '@x402/core/http'
import { HTTPFacilitatorClient, type RoutesConfig } from '@x402/core/server'
import { ExactEvmScheme } from '@x402/evm/exact/server'
import { UptoEvmScheme } from '@x402/evm/upto/server'
import {
  paymentMiddleware as expressMiddleware,
  setSettlementOverrides,
  x402ResourceServer as ExpressServer,
} from '@x402/express'
import { declareEip2612GasSponsoringExtension } from '@x402/extensions'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { paymentMiddleware as honoMiddleware, x402ResourceServer as HonoServer } from '@x402/hono'
import type * as Next from '@x402/next'
import { ExactSvmScheme as ExactSvmClient } from '@x402/svm/exact/client'
import { ExactSvmScheme } from '@x402/svm/exact/server'
import express from 'express'
import { Hono } from 'hono'
import { NextRequest, NextResponse } from 'next/server.js'
import type { Address } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { rpcOf } from '../../sandbox/anvil'
import { solanaNetwork, solanaUsdcBalance } from '../../sandbox/solana'
import { letKitFetch } from '../../sandbox/testing/kit-fetch'
import { byOffer } from '../clients'
import { balance, evm, networkOf, readDemo, transfersTo, withNewWallet, type Demo } from '../demo'

/**
 * Servers of others, of the official packages as they are, with `/facilitator` as their facilitator: they sell, an unmodified
 * client pays, and we move the money. `@x402/next` is two minor versions older, with a core of its own.
 */

const demo = readDemo() as Demo & {
  solanaPayer: { seed: string; address: string }
  merchant: { payouts: Record<string, string> }
}
const { asset } = networkOf(demo, evm)
const facilitator = () => new HTTPFacilitatorClient({ url: `${demo.baseUrl}/facilitator` })
const funds = 5_000_000n
/** A cent, and what of it the metered answer costs. */
const price = 10_000n
const metered = 1_230n

letKitFetch()

// Its ESM build imports "next/server" as only bundlers find it.
const { withX402, x402ResourceServer: NextServer } = createRequire(import.meta.url)('@x402/next') as typeof Next

type Seller = { url: string; close(): Promise<void> }

const cent = { scheme: 'exact', network: evm, price: '$0.01' } as const
const asPermit2 = { assetTransferMethod: 'permit2', name: 'USDC', version: '2' }

/** `@x402/express` with a route for each scheme. */
async function byExpress(payTo: Address): Promise<Seller> {
  const resources = new ExpressServer(facilitator())
    .register(evm, new ExactEvmScheme())
    .register(evm, new UptoEvmScheme())
    .register(solanaNetwork, new ExactSvmScheme())
  const permit2 = { ...cent, price: { amount: price.toString(), asset, extra: asPermit2 }, payTo }
  const sponsored = declareEip2612GasSponsoringExtension()
  const routes: RoutesConfig = {
    'GET /exact': { accepts: { ...cent, payTo } },
    'GET /permit2': { accepts: permit2, extensions: sponsored },
    'GET /upto': { accepts: { ...cent, scheme: 'upto', payTo }, extensions: sponsored },
    'GET /solana': { accepts: { ...cent, network: solanaNetwork, payTo: demo.merchant.payouts[solanaNetwork] ?? '' } },
  }
  const app = express()
  app.use(expressMiddleware(routes, resources))
  app.get('/upto', (_, response) => {
    setSettlementOverrides(response, { amount: metered.toString() })
    response.send('weather')
  })
  app.get(/.*/, (_, response) => void response.send('weather'))
  return running(app.listen(0))
}

async function byHono(payTo: Address): Promise<Seller> {
  const resources = new HonoServer(facilitator()).register(evm, new ExactEvmScheme())
  const app = new Hono()
  app.use(honoMiddleware({ 'GET /exact': { accepts: { ...cent, payTo } } }, resources))
  app.get('/exact', (c) => c.text('weather'))
  return running(serve({ fetch: app.fetch, port: 0, overrideGlobalObjects: false }) as Server)
}

/** A route of Next, called as Next would call it. */
async function byNext(payTo: Address): Promise<Seller> {
  const resources = new NextServer(facilitator()).register(evm, new ExactEvmScheme() as never)
  const GET = withX402(async () => new NextResponse('weather'), { accepts: { ...cent, payTo } }, resources)
  return running(
    createServer((request, response) => {
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)])
      void GET(new NextRequest(new URL(request.url ?? '/', `http://${request.headers.host}`), { headers })).then(
        async (answer) => {
          response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
        },
      )
    }).listen(0),
  )
}

async function running(server: Server): Promise<Seller> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const cells: {
  server: string
  sell: (payTo: Address) => Promise<Seller>
  path: string
  offer: Parameters<typeof byOffer>
  costs?: bigint
}[] = [
  { server: '@x402/express', sell: byExpress, path: '/exact', offer: ['exact'] },
  { server: '@x402/express', sell: byExpress, path: '/permit2', offer: ['exact', 'permit2'] },
  { server: '@x402/express', sell: byExpress, path: '/upto', offer: ['upto', 'permit2'], costs: metered },
  { server: '@x402/hono', sell: byHono, path: '/exact', offer: ['exact'] },
  { server: '@x402/next', sell: byNext, path: '/exact', offer: ['exact'] },
]

for (const { server, sell, path, offer, costs = price } of cells)
  test(`${server} has ${offer.join(' by ')} settled by us`, async () => {
    const payTo = privateKeyToAccount(generatePrivateKey()).address
    const as = await withNewWallet(demo, funds)
    const seller = await sell(payTo)
    try {
      const answer = await byOffer(...offer)(as, seller.url + path)
      expect({ status: answer.status, text: await answer.text() }).toEqual({ status: 200, text: 'weather' })
      const receipt = decodePaymentResponseHeader(answer.headers.get('payment-response') ?? '')
      expect(receipt).toMatchObject({ success: true, network: evm })
      expect(await balance(demo, evm, payTo)).toBe(costs)
      expect(await balance(demo, evm, as.payer.address)).toBe(funds - costs)
    } finally {
      await seller.close()
    }
  })

test('@x402/express has five hundred payments settled by us, thirty-two at a time, each once', async () => {
  const payTo = privateKeyToAccount(generatePrivateKey()).address
  const count = 500
  // More than they cost: what is on its way counts against a balance that may have been read just after it moved.
  const rest = 1_000_000n
  const as = await withNewWallet(demo, BigInt(count) * price + rest)
  const seller = await byExpress(payTo)
  try {
    let left = count
    const statuses: number[] = []
    const buy = byOffer('exact')
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        while (left-- > 0) statuses.push((await buy(as, `${seller.url}/exact`)).status)
      }),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(count)
    expect(await balance(demo, evm, payTo)).toBe(BigInt(count) * price)
    expect(await balance(demo, evm, as.payer.address)).toBe(rest)
    expect(await transfersTo(demo, evm, payTo, 0n)).toBe(count)
  } finally {
    await seller.close()
  }
})

test('@x402/express has exact on Solana settled by us', async () => {
  const { rpcUrl } = networkOf(demo, solanaNetwork)
  const held = (owner = '') => solanaUsdcBalance({ rpc: rpcOf(rpcUrl) }, owner)
  const payTo = demo.merchant.payouts[solanaNetwork]
  const wallet = await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(demo.solanaPayer.seed, 'hex'))
  const schemes = [{ network: solanaNetwork, client: new ExactSvmClient(wallet, { rpcUrl }) } as const]
  const [earned, left] = [await held(payTo), await held(demo.solanaPayer.address)]
  const seller = await byExpress(demo.merchant.payTo)
  try {
    const answer = await wrapFetchWithPaymentFromConfig(fetch, { schemes })(`${seller.url}/solana`)
    expect({ status: answer.status, text: await answer.text() }).toEqual({ status: 200, text: 'weather' })
    expect((await held(payTo)) - earned).toBe(price)
    expect(left - (await held(demo.solanaPayer.address))).toBe(price)
  } finally {
    await seller.close()
  }
})
