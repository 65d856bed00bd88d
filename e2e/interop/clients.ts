/** The clients of the laboratory: every official SDK at its oldest supported and its newest version, and others that agents use. */

export type Client = {
  name: string
  /** Of the client itself; what it brings along is in `packages`. */
  version: string
  /** Installed exactly, in a folder of their own. */
  packages: Readonly<Record<string, string>>
  /** In `clients/`. */
  script: string
  /** What it pays by, for the table. */
  by: string
  /** What it buys: a resource of the demo, or a path. */
  buys: string
  /** Which way to pay it takes, where it knows several. */
  scheme?: string
  /** What its script looks at where the client shows no receipt. */
  sees?: string
  /** Where it cannot pay: whose fault that is. */
  cannot?: string
}

const viem = '2.57.13'
const v2 = (version: string, more: Record<string, string> = {}) => ({
  '@x402/core': version,
  '@x402/evm': version,
  viem,
  ...more,
})
const newest = v2('2.27.0', { '@x402/fetch': '2.27.0' })
const oldest = v2('2.0.0', { '@x402/fetch': '2.0.0' })
const eip3009 = 'x402 v2, exact EIP-3009'
const v1 = 'x402 v1, exact EIP-3009'

const fetchV1 = (version: string): Client => ({
  name: 'x402-fetch',
  version,
  packages: { 'x402-fetch': version, viem },
  script: 'x402-v1-fetch.mjs',
  by: v1,
  buys: 'fixed',
})
const axiosV1 = (version: string): Client => ({
  name: 'x402-axios',
  version,
  packages: { 'x402-axios': version, axios: '1.21.1', viem },
  script: 'x402-v1-axios.mjs',
  by: v1,
  buys: 'fixed',
})

const mppx = (version: string, kind: 'charge' | 'evm' | 'session' | 'stream', cannot?: string): Client => ({
  name: 'mppx',
  version,
  packages: { mppx: version, viem },
  script: `mppx-${kind}.mjs`,
  by: {
    charge: 'MPP charge, Tempo',
    evm: 'MPP charge, EVM',
    session: 'MPP session, vouchers',
    stream: 'MPP session, 25 events',
  }[kind],
  buys: { charge: 'fixed', evm: 'fixed', session: 'session', stream: 'stream' }[kind],
  ...(kind === 'stream' && { sees: 'every event' }),
  ...(cannot !== undefined && { cannot }),
})

const python = (library: string): Client => ({
  name: `Python ${library}`,
  version: "Debian's",
  packages: { viem },
  script: 'python-http.py',
  by: `${eip3009}, signed by a helper`,
  buys: 'fixed',
  scheme: library,
})

const mcp = (version: string): Client => ({
  name: '@modelcontextprotocol/sdk',
  version,
  packages: { '@modelcontextprotocol/sdk': version, zod: '3.25.76' },
  script: 'mcp-sdk.mjs',
  by: 'MCP, lists and asks',
  sees: 'tools and a price',
  buys: '/api/mcp',
})

export const clients: readonly Client[] = [
  { name: '@x402/fetch', version: '2.0.0', packages: oldest, script: 'x402-fetch.mjs', by: eip3009, buys: 'fixed' },
  { name: '@x402/fetch', version: '2.27.0', packages: newest, script: 'x402-fetch.mjs', by: eip3009, buys: 'fixed' },
  {
    name: '@x402/fetch',
    version: '2.27.0',
    packages: newest,
    script: 'x402-fetch-permit2.mjs',
    by: 'x402 v2, exact Permit2',
    buys: 'permit2',
    scheme: 'exact',
  },
  {
    name: '@x402/fetch',
    version: '2.27.0',
    packages: newest,
    script: 'x402-fetch-permit2.mjs',
    by: 'x402 v2, upto',
    buys: 'metered',
    scheme: 'upto',
  },
  {
    name: '@x402/fetch',
    version: '2.27.0',
    packages: { ...newest, '@x402/svm': '2.27.0', '@solana/kit': '8.4.0' },
    script: 'x402-fetch-solana.mjs',
    by: 'x402 v2, exact Solana',
    buys: 'fixed',
  },
  {
    name: '@x402/axios',
    version: '2.2.0',
    packages: v2('2.2.0', { '@x402/axios': '2.2.0', axios: '1.21.1' }),
    script: 'x402-axios.mjs',
    by: eip3009,
    buys: 'fixed',
  },
  {
    name: '@x402/axios',
    version: '2.11.0',
    packages: v2('2.11.0', { '@x402/axios': '2.11.0', axios: '1.21.1' }),
    script: 'x402-axios.mjs',
    by: eip3009,
    buys: 'fixed',
  },
  ...['0.5.1', '0.7.3', '1.2.0'].map(fetchV1),
  ...['0.3.3', '0.7.2'].map(axiosV1),
  mppx('0.5.17', 'charge'),
  mppx('0.8.19', 'charge'),
  mppx('0.11.0', 'charge'),
  mppx('0.8.19', 'evm'),
  mppx('0.11.0', 'evm'),
  mppx('0.8.19', 'session'),
  mppx('0.11.0', 'session'),
  mppx('0.8.19', 'stream'),
  mppx('0.11.0', 'stream'),
  {
    name: '@dexterai/x402',
    version: '2.0.0',
    packages: { '@dexterai/x402': '2.0.0', viem },
    script: 'dexter.mjs',
    by: eip3009,
    buys: 'fixed',
  },
  {
    name: '@faremeter/fetch',
    version: '0.22.0',
    packages: {
      '@faremeter/fetch': '0.22.0',
      '@faremeter/payment-evm': '0.22.0',
      '@faremeter/wallet-evm': '0.22.0',
      viem,
    },
    script: 'faremeter.mjs',
    by: eip3009,
    buys: 'fixed',
  },
  {
    name: 'x402-solana',
    version: '2.0.4',
    packages: { 'x402-solana': '2.0.4', '@solana/web3.js': '1.99.0', '@solana/spl-token': '0.4.14' },
    script: 'x402-solana.mjs',
    by: 'x402 v2, exact Solana',
    buys: 'fixed',
  },
  ...['requests', 'httpx', 'aiohttp'].map(python),
  {
    name: 'agents (Cloudflare)',
    version: '0.32.0',
    packages: { agents: '0.32.0', '@modelcontextprotocol/sdk': '1.32.2', viem },
    script: 'cloudflare-agents.mjs',
    by: 'MCP, x402 exact EIP-3009',
    sees: 'what the tool answers',
    buys: '/api/mcp',
  },
  ...['1.10.0', '1.32.2'].map(mcp),
  {
    name: '@agentcash/discovery',
    version: '1.7.5',
    packages: { '@agentcash/discovery': '1.7.5' },
    script: 'agentcash-discovery.mjs',
    by: 'discovery, no error and no warning',
    sees: 'paid routes without a remark',
    buys: '',
  },
]
