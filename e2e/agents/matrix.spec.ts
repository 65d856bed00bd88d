import { expect, test } from '@playwright/test'
import { wrapAxiosWithPayment, x402Client as OldClient } from '@x402/axios'
import { decodePaymentResponseHeader } from '@x402/core/http'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { UptoEvmScheme } from '@x402/evm/upto/client'
import axios from 'axios'
import { createPublicClient, erc20Abi, http, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { byMppEvm, byOffer, byX402v1, choose } from '../clients'
import { balance, evm, networkOf, readDemo, withNewWallet, type Demo } from '../demo'

/**
 * Clients x schemes x who settles, each cell paid for real by a wallet of its own, whose every base unit is accounted for.
 * Solana's cell is in solana.spec.ts, that of channels in batch-settlement.spec.ts and sessions.spec.ts, Tempo's in pay.spec.ts.
 */

const demo = readDemo()
const { resources, relay, merchant } = demo
const { rpcUrl, asset } = networkOf(demo, evm)
const chain = createPublicClient({ transport: http(rpcUrl) })
const funds = 5_000_000n
/** A cent. */
const price = 10_000n

/** What a wallet paid to the merchant, by the token's own events. */
async function paidBy(from: Hex): Promise<bigint[]> {
  const event = erc20Abi.find((item) => item.type === 'event' && item.name === 'Transfer')
  const logs = await chain.getContractEvents({
    address: asset,
    abi: event ? [event] : [],
    args: { from, to: merchant.payTo },
    fromBlock: 0n,
  })
  return logs.map(({ args }) => (args as { value: bigint }).value)
}

type Answer = { status: number; header(name: string): string | null }
type Buy = (demo: Demo, url: string) => Promise<Answer>

const toAnswer = ({ status, headers }: Response): Answer => ({ status, header: (name) => headers.get(name) })

/** `@x402/axios` 2.11, whose core is sixteen minor versions older, with the schemes of today. */
const byAxios =
  (scheme: 'exact' | 'upto' = 'exact', method = 'eip3009'): Buy =>
  async ({ payer }, url) => {
    const account = privateKeyToAccount(payer.privateKey)
    const client = new OldClient(choose(scheme, method))
    client.register(evm, new ExactEvmScheme(account, { rpcUrl }) as never)
    client.register(evm, new UptoEvmScheme(account, { rpcUrl }) as never)
    const { status, headers } = await wrapAxiosWithPayment(axios.create(), client).get(url)
    return { status, header: (name) => (headers[name] as string | undefined) ?? null }
  }

const byFetch =
  (...offer: Parameters<typeof byOffer>): Buy =>
  async (as, url) =>
    toAnswer(await byOffer(...offer)(as, url))

const byV1: Buy = async (as, url) => toAnswer((await byX402v1(as, url)).response)
const byMppx: Buy = async (as, url) => toAnswer((await byMppEvm(as, url)).response)

const cells: { client: string; scheme: string; settled: string; url: string; buy: Buy; costs?: bigint }[] = [
  { client: '@x402/fetch', scheme: 'exact EIP-3009', settled: 'here', url: resources.fixed, buy: byFetch('exact') },
  {
    client: '@x402/fetch',
    scheme: 'exact Permit2',
    settled: 'here',
    url: resources.permit2,
    buy: byFetch('exact', 'permit2'),
  },
  {
    client: '@x402/fetch',
    scheme: 'upto',
    settled: 'here',
    url: `${resources.metered}?count=123`,
    buy: byFetch('upto', 'permit2'),
    costs: 1_230n,
  },
  { client: '@x402/axios', scheme: 'exact EIP-3009', settled: 'here', url: resources.fixed, buy: byAxios() },
  {
    client: '@x402/axios',
    scheme: 'exact Permit2',
    settled: 'here',
    url: resources.permit2,
    buy: byAxios('exact', 'permit2'),
  },
  {
    client: '@x402/axios',
    scheme: 'upto',
    settled: 'here',
    url: `${resources.metered}?count=123`,
    buy: byAxios('upto', 'permit2'),
    costs: 1_230n,
  },
  { client: 'x402 v1', scheme: 'exact EIP-3009', settled: 'here', url: resources.fixed, buy: byV1 },
  { client: 'mppx', scheme: 'evm charge', settled: 'here', url: resources.fixed, buy: byMppx },
  { client: '@x402/fetch', scheme: 'exact EIP-3009', settled: 'upstream', url: relay.url, buy: byFetch('exact') },
  {
    client: '@x402/fetch',
    scheme: 'exact Permit2',
    settled: 'upstream',
    url: relay.url,
    buy: byFetch('exact', 'permit2'),
  },
  {
    client: '@x402/fetch',
    scheme: 'upto',
    settled: 'upstream',
    url: `${relay.meteredUrl}?count=123`,
    buy: byFetch('upto', 'permit2'),
    costs: 1_230n,
  },
  {
    client: '@x402/axios',
    scheme: 'upto',
    settled: 'upstream',
    url: `${relay.meteredUrl}?count=123`,
    buy: byAxios('upto', 'permit2'),
    costs: 1_230n,
  },
  {
    client: '@x402/axios',
    scheme: 'exact Permit2',
    settled: 'upstream',
    url: relay.url,
    buy: byAxios('exact', 'permit2'),
  },
  { client: '@x402/axios', scheme: 'exact EIP-3009', settled: 'upstream', url: relay.url, buy: byAxios() },
  { client: 'x402 v1', scheme: 'exact EIP-3009', settled: 'upstream', url: relay.url, buy: byV1 },
  { client: 'mppx', scheme: 'evm charge', settled: 'upstream', url: relay.url, buy: byMppx },
]

// The facilitator to name under `upto` is known once the remote facilitator answered /supported.
test.beforeAll(async () => {
  const isOffered = async () => (await fetch(relay.meteredUrl)).headers.get('payment-required') ?? ''
  await expect.poll(async () => atob(await isOffered())).toContain('facilitatorAddress')
})

for (const { client, scheme, settled, url, buy, costs = price } of cells)
  test(`${client} pays by ${scheme}, settled ${settled}`, async () => {
    const as = await withNewWallet(demo, funds)
    const answer = await buy(as, url)
    expect(answer.status).toBe(200)
    expect(answer.header('sluice-payment')).toMatch(/^[0-9a-f-]{36}$/)
    expect(await paidBy(as.payer.address)).toEqual([costs])
    expect(await balance(demo, evm, as.payer.address)).toBe(funds - costs)
    const receipt = answer.header('payment-response')
    if (receipt) expect(decodePaymentResponseHeader(receipt)).toMatchObject({ success: true, amount: costs.toString() })
  })
