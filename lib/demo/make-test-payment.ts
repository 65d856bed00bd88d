import { x402Client, x402HTTPClient } from '@x402/core/client'
import { ExactEvmScheme } from '@x402/evm'
import { evm as evmMethod, Mppx, tempo as tempoMethod } from 'mppx/client'
import { createClient, http } from 'viem'
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { env } from '../env'
import { Scope } from '@/lib/accounts'
import { chainClient, chains, servedNetworks, type Chain } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { gatewayUrl, listResources, type ResourceRow } from '@/lib/merchants'
import { listPayments } from '@/lib/payments'

/** How a test payment is made: by which protocol, on which kind of chain. */
export const ways = ['x402', 'mpp-evm', 'mpp-tempo'] as const
export type Way = (typeof ways)[number]

const timeoutMs = 45_000

/**
 * Buys the merchant's cheapest resource with the demo's wallet, as an agent would: a real client, the public address,
 * test money. Demo only. Every call is a new payment.
 * @returns the payment's id, and what the gateway answered.
 * @throws AppError not-allowed outside the demo and for viewers, not-found when nothing suitable is on sale, unavailable when it was not paid.
 */
export async function makeTestPayment(scope: Scope.Scope, way: Way): Promise<{ paymentId: string; status: number }> {
  if (!env.SLUICE_DEMO || !env.DEMO_PAYER_KEY)
    throw new AppError('not-allowed', 'Test payments exist in the demo only.')
  Scope.assertOwner(scope, scope.merchantId)
  const account = privateKeyToAccount(env.DEMO_PAYER_KEY as `0x${string}`)
  const chain = chainOf(way)
  const resource = chain && (await findResource(scope, chain))
  if (!resource) {
    const message = 'Nothing that is paid by GET is on sale for this way to pay. Create such a resource first.'
    throw new AppError('not-found', message)
  }
  const url = gatewayUrl(resource.merchantSlug) + resource.path
  const answer = await buy(way, chain, account, url).catch((cause: unknown) => {
    throw new AppError('unavailable', `The test payment did not get through: ${(cause as Error).message}`, { cause })
  })
  const { rows } = await listPayments(
    scope,
    { resource: resource.id, payer: account.address.toLowerCase() },
    { size: 25 },
  )
  const [payment] = rows
  if (!payment || answer.status === 402)
    throw new AppError('unavailable', `The gateway answered ${answer.status} and took no payment.`)
  return { paymentId: payment.id, status: answer.status }
}

function chainOf(way: Way): Chain.EvmChain | undefined {
  const served = new Set<string>(servedNetworks())
  const family = way === 'mpp-tempo' ? 'tempo' : 'evm'
  return chains.find((chain): chain is Chain.EvmChain => served.has(chain.network) && chain.family === family)
}

async function findResource(scope: Scope.Scope, chain: Chain.EvmChain): Promise<ResourceRow | undefined> {
  const rows = await listResources(scope)
  return rows
    .filter(({ status, method, path, priceMicros, networks }) => {
      const sold = status === 'live' && method === 'GET' && priceMicros > 0n && !path.includes('/:')
      return sold && networks.some(({ network }) => network === chain.network)
    })
    .toSorted((a, b) => (a.priceMicros < b.priceMicros ? -1 : 1))[0]
}

function buy(way: Way, chain: Chain.EvmChain, account: PrivateKeyAccount, url: string): Promise<Response> {
  if (way === 'x402') return buyByX402(chain, account, url)
  const method =
    way === 'mpp-evm'
      ? evmMethod.charge({ account, networks: [chain.chainId], ...authorizationOf(chain) })
      : tempoMethod.charge({
          account,
          getClient: () => {
            const rpcUrl = env.NETWORKS[chain.network]?.rpcUrls[0]
            return createClient({ chain: chainClient(chain.network).chain, transport: http(rpcUrl) })
          },
        })
  return Mppx.create({ polyfill: false, methods: [method] }).fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
}

function authorizationOf(chain: Chain.EvmChain) {
  const eip712 = chain.assets.find((asset) => asset.eip712)?.eip712
  return eip712 ? { authorization: eip712 } : {}
}

async function buyByX402(chain: Chain.EvmChain, account: PrivateKeyAccount, url: string): Promise<Response> {
  const client = new x402HTTPClient(
    x402Client.fromConfig({ schemes: [{ network: chain.network, client: new ExactEvmScheme(account) }] }),
  )
  const signal = AbortSignal.timeout(timeoutMs)
  const demand = await fetch(url, { signal })
  const body: unknown = await demand.json()
  if (demand.status !== 402) return demand
  const required = client.getPaymentRequiredResponse((name) => demand.headers.get(name), body)
  const payload = await client.createPaymentPayload(required)
  return fetch(url, { headers: client.encodePaymentSignatureHeader(payload), signal })
}
