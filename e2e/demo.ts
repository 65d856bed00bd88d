import { readFileSync } from 'node:fs'
import { createPublicClient, encodeFunctionData, erc20Abi, http, parseAbi, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'

/** `.data/demo.json`: what a running demo promises to tests and scripts. */
export type Demo = {
  baseUrl: string
  networks: Record<string, { rpcUrl: string; asset: Address; decimals: number }>
  payer: Wallet
  operator: Wallet
  merchant: { slug: string; payTo: Address }
  /** Full gateway URLs. */
  resources: Record<
    | 'fixed'
    | 'post'
    | 'slow'
    | 'failing'
    | 'expensive'
    | 'free'
    | 'session'
    | 'stream'
    | 'execution'
    | 'dossier'
    | 'metered'
    | 'permit2',
    string
  >
  /** Sold by another merchant, whose payments another facilitator settles. */
  relay: { url: string; meteredUrl: string }
  upstream: { baseUrl: string; journalUrl: string }
  /** For tests that need a past. */
  databaseUrl: string
  /** The reference facilitator at `{baseUrl}/honest`; others of sandbox/facilitators/misbehaving.ts beside it. */
  facilitators: { baseUrl: string }
}

type Wallet = { privateKey: Hex; address: Address }

/** A call as the sample upstream recorded it. */
export type UpstreamCall = { id: string; method: string; path: string; query: string; bodySha256: string; at: string }

export const evm = 'eip155:84532'
export const tempo = 'eip155:1337'

/** The demo that the global setup started, or the one that SLUICE_DEMO_FILE names. */
export function readDemo(): Demo {
  return JSON.parse(readFileSync(process.env.SLUICE_DEMO_FILE ?? '.data/demo.json', 'utf8')) as Demo
}

export function networkOf(demo: Demo, network: string): Demo['networks'][string] {
  const found = demo.networks[network]
  if (!found) throw new Error(`the demo serves no network ${network}`)
  return found
}

/** Base units that an address holds now, read from the chain itself. */
export async function balance(demo: Demo, network: string, owner: Address): Promise<bigint> {
  const { rpcUrl, asset } = networkOf(demo, network)
  const client = createPublicClient({ transport: http(rpcUrl) })
  return client.readContract({ address: asset, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })
}

/** Number of ERC-20 transfers to an address since a block. */
export async function transfersTo(demo: Demo, network: string, to: Address, fromBlock: bigint): Promise<number> {
  const { rpcUrl, asset } = networkOf(demo, network)
  const client = createPublicClient({ transport: http(rpcUrl) })
  const event = erc20Abi.find((item) => item.type === 'event' && item.name === 'Transfer')
  const logs = await client.getContractEvents({ address: asset, abi: event ? [event] : [], args: { to }, fromBlock })
  return logs.length
}

export async function blockNumber(demo: Demo, network: string): Promise<bigint> {
  return createPublicClient({ transport: http(networkOf(demo, network).rpcUrl) }).getBlockNumber({ cacheTime: 0 })
}

/** Every call that reached the sample upstream so far. */
export async function journal(demo: Demo): Promise<UpstreamCall[]> {
  return (await (await fetch(demo.upstream.journalUrl)).json()) as UpstreamCall[]
}

/** The same demo with a new wallet on the EVM chain as its payer, which holds these base units and no gas. */
export async function withNewWallet(demo: Demo, fundsBase: bigint): Promise<Demo> {
  const { rpcUrl, asset } = networkOf(demo, evm)
  const chain = createPublicClient({ transport: http(rpcUrl) })
  const privateKey = generatePrivateKey()
  const { address } = privateKeyToAccount(privateKey)
  const [faucet] = (await chain.request({ method: 'eth_accounts' as never })) as Hex[]
  const abi = parseAbi(['function mint(address to, uint256 value) returns (bool)'])
  const data = encodeFunctionData({ abi, functionName: 'mint', args: [address, fundsBase] })
  await chain.request({ method: 'eth_sendTransaction', params: [{ from: faucet, to: asset, data }] } as never)
  while ((await balance(demo, evm, address)) !== fundsBase) await new Promise((resolve) => setTimeout(resolve, 100))
  return { ...demo, payer: { privateKey, address } }
}
