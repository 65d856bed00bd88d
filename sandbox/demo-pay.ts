import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit'
import type { SchemeNetworkClient } from '@x402/core/types'
import { ExactEvmScheme } from '@x402/evm'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { ExactSvmScheme } from '@x402/svm/exact/client'
import { evm, Mppx, tempo } from 'mppx/client'
import { createClient, erc20Abi, formatUnits, http, type Address, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { readContract } from 'viem/actions'
import { tempoLocalnet } from 'viem/chains'
import { rpcOf } from './anvil'
import { dataDirAt, readJson } from './data-dir'
import { buyByLightning } from './demo-lightning'
import { buyBySession } from './demo-session'
import { buyByStripe } from './demo-stripe'
import { evmNetwork, polygonNetwork } from './evm'
import type { LndAccess } from './lightning/client'
import { solanaNetwork, solanaUsdcBalance } from './solana'
import { tempoNetwork } from './tempo'

/** `npm run demo:pay`: an agent that buys one answer in each way that unmodified clients know, and many by a session. */

/** The contract file of `npm run demo` (the members used here). */
type Demo = {
  baseUrl: string
  networks: Record<string, { rpcUrl: string; asset: string; decimals: number }>
  payer: { privateKey: Hex; address: Address }
  solanaPayer: { seed: string; address: string }
  merchant: { payTo: Address; payouts: Record<string, string> }
  resources: { fixed: string; session: string; stream: string; dossier: string }
  stripe: { url: string; profile: string }
  lightning: { network: string; agent: LndAccess; seller: LndAccess }
}

type Network = typeof evmNetwork | typeof tempoNetwork | typeof polygonNetwork | typeof solanaNetwork
type Purchase = { title: string; network: Network; pay: (url: string) => Promise<Response> }

const receiptHeaders = ['payment-response', 'payment-receipt']

async function main(): Promise<void> {
  const demo = await readDemo()
  const account = privateKeyToAccount(demo.payer.privateKey)
  console.log(`An agent with the wallet ${account.address} buys ${demo.resources.fixed}\n`)
  let failures = 0
  const purchases = await purchasesOf(demo, account)
  for (const purchase of purchases) if (!(await buy(demo, purchase))) failures++
  const { rpcUrl, asset } = networkOf(demo, tempoNetwork)
  console.log(`── MPP tempo session, by mppx, on ${tempoNetwork}: ${demo.resources.session}`)
  if (!(await buyBySession({ ...demo, rpcUrl, asset: asset as Address, payTo: demo.merchant.payTo }))) failures++
  if (!(await buyByStripe(demo))) failures++
  if (!(await buyByLightning(demo))) failures++
  console.log(
    failures === 0
      ? `All of it is on ${demo.baseUrl}/payments`
      : `${failures} of ${purchases.length + 3} failed; the app's log tells more.`,
  )
  process.exitCode = failures === 0 ? 0 : 1
}

async function readDemo(): Promise<Demo> {
  const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
  const demo = readJson<Demo>(dataDirAt(project).demo)
  const running = demo && (await fetch(`${demo.baseUrl}/api/health`).catch(() => undefined))
  if (!demo || !running?.ok)
    throw new Error('No demo is running. Start one with `npm run demo`, wait for its box, and try again.')
  return demo
}

/** The clients as their own documentation sets them up. */
async function purchasesOf(demo: Demo, account: ReturnType<typeof privateKeyToAccount>): Promise<Purchase[]> {
  const x402 = (network: Network, client: SchemeNetworkClient) =>
    wrapFetchWithPaymentFromConfig(fetch, { schemes: [{ network, client }] })
  const onBase = x402(evmNetwork, new ExactEvmScheme(account))
  const onPolygon = x402(polygonNetwork, new ExactEvmScheme(account))
  const wallet = await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(demo.solanaPayer.seed, 'hex'))
  const onSolana = x402(solanaNetwork, new ExactSvmScheme(wallet, { rpcUrl: networkOf(demo, solanaNetwork).rpcUrl }))
  const mppEvm = Mppx.create({
    polyfill: false,
    methods: [evm.charge({ account, networks: [84_532], authorization: { name: 'USDC', version: '2' } })],
  })
  const tempoClient = createClient({ chain: tempoLocalnet, transport: http(networkOf(demo, tempoNetwork).rpcUrl) })
  const mppTempo = Mppx.create({
    polyfill: false,
    methods: [tempo.charge({ account, getClient: () => tempoClient })],
  })
  return [
    { title: 'x402 exact, by @x402/fetch', network: evmNetwork, pay: (url) => onBase(url) },
    { title: 'x402 exact, by @x402/fetch', network: polygonNetwork, pay: (url) => onPolygon(url) },
    { title: 'x402 exact, by @x402/fetch', network: solanaNetwork, pay: (url) => onSolana(url) },
    { title: 'MPP evm charge, by mppx', network: evmNetwork, pay: (url) => mppEvm.fetch(url) },
    { title: 'MPP tempo charge, by mppx', network: tempoNetwork, pay: (url) => mppTempo.fetch(url) },
  ]
}

async function buy(demo: Demo, { title, network, pay }: Purchase): Promise<boolean> {
  console.log(`── ${title}, on ${network}`)
  const before = await balancesOf(demo, network)
  const startedAt = performance.now()
  try {
    const response = await pay(demo.resources.fixed)
    const body = await response.text()
    console.log(
      `   answer    ${response.status} in ${Math.round(performance.now() - startedAt)} ms: ${body.slice(0, 160)}`,
    )
    const receipt = receiptOf(response)
    if (receipt) console.log(`   receipt   ${JSON.stringify(receipt, null, 2).replaceAll('\n', '\n             ')}`)
    const after = await balancesOf(demo, network)
    for (const who of ['payer', 'merchant'] as const)
      console.log(`   ${who.padEnd(9)} ${moved(before[who], after[who])}`)
    const id = response.headers.get('sluice-payment')
    if (id) console.log(`   dashboard ${demo.baseUrl}/payments/${id}`)
    console.log('')
    return response.ok && receipt !== undefined && after.merchant > before.merchant
  } catch (error) {
    console.log(`   failed    ${(error as Error).message}\n`)
    return false
  }
}

function receiptOf(response: Response): unknown {
  const value = receiptHeaders.map((name) => response.headers.get(name)).find((one) => one !== null)
  return value ? (JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as unknown) : undefined
}

type Balances = { payer: bigint; merchant: bigint }

/** Base units of the network's token. */
async function balancesOf(demo: Demo, network: Network): Promise<Balances> {
  const { rpcUrl, asset } = networkOf(demo, network)
  if (network === solanaNetwork) {
    const holders = [demo.solanaPayer.address, demo.merchant.payouts[network] ?? '']
    const [payer = 0n, merchant = 0n] = await Promise.all(
      holders.map((owner) => solanaUsdcBalance({ rpc: rpcOf(rpcUrl) }, owner)),
    )
    return { payer, merchant }
  }
  const client = createClient({ transport: http(rpcUrl) })
  const of = (address: Address) =>
    readContract(client, { address: asset as Address, abi: erc20Abi, functionName: 'balanceOf', args: [address] })
  const [payer, merchant] = await Promise.all([of(demo.payer.address), of(demo.merchant.payTo)])
  return { payer, merchant }
}

function moved(before: bigint, after: bigint): string {
  const change = after - before
  return `${formatUnits(before, 6)} -> ${formatUnits(after, 6)}  (${change > 0n ? '+' : ''}${formatUnits(change, 6)})`
}

function networkOf(demo: Demo, network: Network) {
  const found = demo.networks[network]
  if (!found) throw new Error(`demo.json does not name ${network}`)
  return found
}

main().catch((error: Error) => {
  console.error(`✗ ${error.message}`)
  process.exitCode = 1
})
