import { isIP } from 'node:net'
import { z } from 'zod'
import { EvmAddress } from './money'
import { LightningNode, Stripe } from './money/RailSettings'

/**
 * The only reader of process.env. Every setting of an installation is here; all are checked once at start, and one error names
 * all that are wrong.
 */

const secretBytesMin = 32

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )

/** Addresses of proxies (lib/http/Client.ts). */
const range = z
  .string()
  .refine(
    (text) => text === 'loopback' || text === 'private' || isRange(text),
    'must be an address, a range such as 10.0.0.0/8, loopback or private',
  )

function isRange(text: string): boolean {
  const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  return family !== 0 && (prefix === undefined || Number(prefix) <= (family === 4 ? 32 : 128))
}

const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((text) => text === '1')

const privateKey = z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits')
/** An Ed25519 key: its seed, or the key pair as wallets export it or as solana-keygen writes it. */
const solanaKey = z
  .string()
  .regex(
    /^([0-9a-f]{64}|[1-9A-HJ-NP-Za-km-z]{80,90}|\[(\d{1,3},\s*){63}\d{1,3}\])$/,
    'must be 64 hex digits, a key pair in base58, or the 64 numbers of solana-keygen',
  )
const address = z.string().superRefine((text, context) => {
  const fault = EvmAddress.faultOf(text)
  if (fault) context.addIssue({ code: 'custom', message: fault })
})
const deployment = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}:0x[0-9a-fA-F]{8}$/, 'must be factory:selector, 0x and 40 and 8 hex digits')
  .refine((text) => EvmAddress.isValid(text.split(':')[0] ?? ''), 'names a factory whose checksum does not fit')
  .transform((text) => text.toLowerCase())
const secret = z.string().min(1)

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' })
    return z.NEVER
  }
})

const price = z.string().regex(/^[0-9]{1,15}(\.[0-9]{1,6})?$/, 'must be dollars as text, such as "3200.50"')
const coin = z.string().regex(/^[A-Z0-9]{2,12}$/, 'must be the symbol of a coin, such as ETH')
/** Where the prices of the coins that pay gas come from. */
const CoinPrices = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), prices: z.record(coin, price) }),
  z.strictObject({
    kind: z.literal('http'),
    url: z.url({ protocol: /^https?$/ }),
    /** JSON pointers (RFC 6901) into the answer, by coin. */
    pointers: z.record(coin, z.string().startsWith('/', 'must be a JSON pointer, such as /ethereum/usd')),
    everySeconds: z.number().int().min(10).max(86_400).default(300),
  }),
])

const network = z
  .string()
  .regex(
    /^(eip155:[1-9][0-9]{0,15}|solana:[1-9A-HJ-NP-Za-km-z]{32})$/,
    'must be a CAIP-2 network, e.g. eip155:8453, or solana: and 32 characters of its genesis hash',
  )

/** The endpoints of a network, and its description if the registry does not know it (lib/chains/configured.ts). */
const Network = z.strictObject({
  rpcUrls: z.array(z.url()).min(1),
  privateRpcUrl: z.url().optional(),
  name: z.string().min(1).max(40).optional(),
  /** The token that is sold for there; `eip712` is the domain of its EIP-3009 signatures, if it has them. */
  asset: z
    .strictObject({
      address,
      symbol: z.string().min(1).max(12),
      decimals: z.number().int().min(0).max(30),
      eip712: z.strictObject({ name: z.string().min(1), version: z.string().min(1) }).optional(),
    })
    .optional(),
  /** Depths after which a block counts as safe or final, if the chain has no such tags. */
  finality: z
    .strictObject({ safeDepth: z.number().int().min(1), finalDepth: z.number().int().min(1) })
    .refine(({ safeDepth, finalDepth }) => safeDepth <= finalDepth, 'must have a safeDepth of at most its finalDepth')
    .optional(),
  blockTimeMs: z.number().int().min(50).max(600_000).optional(),
  /** Without a trailing slash. */
  explorer: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  gasSymbol: z.string().min(1).max(12).optional(),
  /** Lowest priority fee that its block producers take, in wei per gas. */
  minTipWei: z.coerce.bigint().min(0n).optional(),
  testnet: z.boolean().optional(),
})

/** What every entry of SIGNERS has, wherever its key is. */
const signer = {
  family: z.literal('evm').optional(),
  /** What it signs for. Several signers of one purpose share the load. */
  purpose: z.enum(['settlement', 'refund', 'execution']),
  /** The networks that it signs on; all if absent. */
  networks: z.array(network).min(1).optional(),
  /** The address that the key must have. */
  address: address.optional(),
  /** The most transactions that may be sent and not yet included. */
  inFlightMax: z.number().int().min(1).max(10_000).default(64),
}

/** What every entry for Solana has: its keys have no lane. */
const svmSigner = {
  family: z.literal('svm'),
  purpose: z.enum(['settlement', 'refund']),
  networks: signer.networks,
  /** Base58. */
  address: z.string().optional(),
}

const Signers = z.array(
  z.discriminatedUnion('family', [
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('env'), ...svmSigner, privateKey: solanaKey }),
      /** The format of solana-keygen: the numbers of a key pair. */
      z.strictObject({ kind: z.literal('keystore'), ...svmSigner, file: z.string().min(1) }),
    ]),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('env'), ...signer, privateKey }),
      /** Web3 Secret Storage v3 (scrypt), as geth, foundry and others write it. */
      z
        .strictObject({
          kind: z.literal('keystore'),
          ...signer,
          file: z.string().min(1),
          /** The variable that holds the password, or a file with it. */
          passwordEnv: z.string().min(1).optional(),
          passwordFile: z.string().min(1).optional(),
        })
        .refine(({ passwordEnv, passwordFile }) => (passwordEnv === undefined) !== (passwordFile === undefined), {
          message: 'must name its password by passwordEnv or by passwordFile',
        }),
      /** Credentials: those that AWS's SDK finds. */
      z.strictObject({
        kind: z.literal('aws-kms'),
        ...signer,
        address,
        keyId: z.string().min(1),
        region: z.string().min(1),
        endpoint: z.url({ protocol: /^https?$/ }).optional(),
      }),
      /** Credentials: those that Google's SDK finds; none are sent to an http:// endpoint. */
      z.strictObject({
        kind: z.literal('gcp-kms'),
        ...signer,
        address,
        keyName: z.string().regex(/^projects\/.+\/cryptoKeyVersions\/\d+$/, 'must be projects/…/cryptoKeyVersions/N'),
        apiEndpoint: z.url({ protocol: /^https?$/ }).optional(),
      }),
    ]),
  ]),
)

const connections = z.coerce.number().int().min(1).max(1_000)

const Schema = z.object({
  /** PostgreSQL 15 or newer. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }),
  /**
   * The most database connections of one process: for what agents wait for, for background tasks, and for people, the API and
   * search. In addition it has one for its heartbeat, four that listen, and three of the webhooks' worker: 30 in all. The
   * process of the pages has at most 10. Two servers with their pages fit into the default 100 of a PostgreSQL.
   */
  DATABASE_CONNECTIONS_SALES: connections.default(12),
  DATABASE_CONNECTIONS_JOBS: connections.default(5),
  DATABASE_CONNECTIONS_PAGES: connections.default(5),
  /** Where server.ts listens. Bind to 0.0.0.0 only behind something that terminates TLS. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3402),
  HOST: z.string().default('127.0.0.1'),
  /** The origin of this server for agents and people, without a trailing slash. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  /**
   * Proxies in front of this server: addresses, CIDRs, `loopback`, `private`. Only they may state the client's address in
   * X-Forwarded-For or Forwarded. Without any, the client is the peer of the connection.
   */
  TRUSTED_PROXIES: list.pipe(z.array(range)),
  /** The contact for directories and agents: an e-mail address or a URL. Default: PUBLIC_URL. */
  CONTACT: z.union([z.email(), z.url({ protocol: /^https?$/ })], 'must be an e-mail address or a URL').optional(),
  /** Signs quotes and MPP challenges. */
  CHALLENGE_SECRET: secret,
  /** Challenges made under this secret stay valid while CHALLENGE_SECRET is rotated. */
  CHALLENGE_SECRET_PREVIOUS: secret.optional(),
  /** Encrypts upstream headers and webhook secrets at rest. */
  ENCRYPTION_SECRET: secret,
  /** Bearer token of the background route. */
  CRON_SECRET: secret,
  /** Signs the audit log's checkpoints (Ed25519): the 32 bytes of its seed as hex, or PKCS #8 in PEM. */
  AUDIT_PRIVATE_KEY: z
    .string()
    .regex(/^([0-9a-f]{64}|-----BEGIN PRIVATE KEY-----[\s\S]+)$/, 'must be 64 hex digits or an Ed25519 key in PEM'),
  /**
   * { "<caip2>": { "rpcUrls": ["…"], "privateRpcUrl": "…" } } for every served network. The optional private endpoint takes
   * transactions that no public pool may see. An EVM chain that Sluice does not know is described here: name, asset, finality
   * and blockTimeMs, and optionally explorer, gasSymbol, minTipWei and testnet.
   */
  NETWORKS: json.pipe(z.record(network, Network)),
  /** Pays gas for settlements. Holds only gas, never revenue. Required unless SIGNERS has one for every network. */
  SETTLEMENT_PRIVATE_KEY: privateKey.optional(),
  /** Holds the tokens that refunds are paid from. Without it refunds stay due. */
  REFUND_PRIVATE_KEY: privateKey.optional(),
  /**
   * Signs x402's offers and receipts (offer-receipt), and nothing else: it needs and holds no funds. Without it none are made.
   */
  OFFER_PRIVATE_KEY: privateKey.optional(),
  /** The fee payer of Solana: holds only SOL. Required if a Solana network is served, unless SIGNERS has one. */
  SOLANA_SETTLEMENT_KEY: solanaKey.optional(),
  /** Holds the tokens that refunds on Solana are paid from, and SOL for their fees. Without it refunds stay due. */
  SOLANA_REFUND_KEY: solanaKey.optional(),
  /** More keys, and keys that are kept elsewhere: [{ "purpose": "execution", "kind": "env", "privateKey": "0x…" }]. */
  SIGNERS: json.default([]).pipe(Signers),
  /**
   * Who may have requested refunds paid by the refund wallet: `operators`, or `all` members and keys with the right, of the merchants that
   * server wallets pay for (`findServerWallets` of lib/auth). With `all` such a merchant can take money from that wallet by paying and
   * refunding itself. A merchant's own wallet can always refund.
   */
  REFUND_WALLET_FOR: z.enum(['operators', 'all']).default('operators'),
  /** Wallets that may sign in and see everything. */
  OPERATORS: list.pipe(z.array(address)),
  /** The wallets that may open a shop: every one, those with an operator's link, or none (operators always may). */
  SIGN_UP: z.enum(['open', 'invite', 'off']).default('off'),
  /** Address or link to reach the operators, shown to wallets that may not open a shop. */
  OPERATOR_CONTACT: z.string().max(200).default(''),
  /** x402 bazaars that a resource's page searches for the resource: base URLs of /discovery/resources. */
  DIRECTORIES: list.pipe(z.array(z.url({ protocol: /^https?$/ }))),
  /** host:port of upstreams and receivers of webhooks that may be private or loopback addresses. */
  UPSTREAM_ALLOW: list,
  /**
   * Calls, as factory:selector, that an execution key may use to deploy payers' accounts that do not exist yet (ERC-6492).
   * Empty: none.
   */
  DEPLOY_FACTORIES: list.pipe(z.array(deployment)),
  /**
   * Pay-to addresses at which only this installation sells. A transfer to one of them that another party submitted pays for the
   * request here. A transfer to any other address may have bought something elsewhere, and buys nothing here.
   */
  EXCLUSIVE_PAYEES: list.pipe(z.array(address.transform((text) => text.toLowerCase()))),
  /** Slug of the merchant whose account callers without an API key use at /facilitator. Without it, they cannot use it. */
  FACILITATOR_PUBLIC: z.string().min(1).optional(),
  /**
   * Prices of the coins that pay gas, to show gas in dollars: {"kind":"fixed","prices":{"ETH":"3200"}}, or {"kind":"http","url":"https://…",
   * "pointers":{"ETH":"/ethereum/usd"},"everySeconds":300}. Without it gas is shown in coins only.
   */
  COIN_PRICES: json.pipe(CoinPrices).optional(),
  /**
   * Cards and wallets by MPP's Shared Payment Tokens: {"secretKey":"sk_live_…","profile":"profile_…","webhookSecrets":["whsec_…"],
   * "paymentMethodTypes":["card","link"],"minimumCents":50}. Without it Stripe is not offered.
   */
  STRIPE: json.pipe(Stripe).optional(),
  /**
   * The Lightning node that makes invoices and pays refunds: {"kind":"lnd","url":"https://…:8080","macaroon":"<hex>","network":"mainnet"}, with
   * "tlsCert" where the node signed its certificate itself, or {"kind":"phoenixd","url":"http://…:9740","password":"…","network":"mainnet"}.
   * The operator's own choice, so it may be a private address. Without it nothing is sold over Lightning.
   */
  LIGHTNING_NODE: json.pipe(LightningNode).optional(),
  /** Milliseconds that a request waits for its settlement before it answers 503 settlement-pending. */
  SETTLE_DEADLINE_MS: z.coerce.number().int().min(100).max(120_000).default(15_000),
  /** in-process: this server also runs the background tasks. off: a cron job or a worker does. */
  JOBS: z.enum(['in-process', 'off']).default('in-process'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Set by `npm run demo`: local chains, short secrets allowed, test wallets in the browser. */
  SLUICE_DEMO: flag,
  /** Demo only: the built-in wallet of the playground, which also signs in as an agent. */
  DEMO_PAYER_KEY: privateKey.optional(),
  /** Demo only: address of the agent that makes the test payments (sandbox/demo-payment). */
  DEMO_PAYMENT_URL: z.url().optional(),
  /** Demo only: the built-in test wallet that signs in. */
  DEMO_OPERATOR_KEY: privateKey.optional(),
  /** Test builds only: kill the process at a named point (lib/failpoint.ts). */
  SLUICE_FAILPOINT: z.string().optional(),
})

export type Env = z.infer<typeof Schema>

/** Checks an environment. @throws Error whose message names every wrong variable and says what it must be. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''))
  const result = Schema.safeParse(filled)
  const wrong = [
    ...(result.error?.issues ?? []).map((issue) => describe(issue, filled)),
    ...(result.success ? unsettled(result.data) : []),
    ...strictness(filled),
  ]
  if (result.success && wrong.length === 0) return result.data
  throw new Error(`Sluice cannot start, the environment is wrong:\n${[...new Set(wrong)].join('\n')}`)
}

function describe(issue: z.core.$ZodIssue, filled: Record<string, string | undefined>): string {
  const missing = filled[String(issue.path[0])] === undefined && issue.code === 'invalid_type'
  const message = issue.code === 'invalid_key' ? issue.issues.map((one) => one.message).join(', ') : issue.message
  return `  ${issue.path.join('.')}: ${missing ? 'is missing' : message}`
}

/** Served networks without a signer for settlements. */
function unsettled({ NETWORKS, SIGNERS, SETTLEMENT_PRIVATE_KEY, SOLANA_SETTLEMENT_KEY }: Env): string[] {
  const missingIn = (family: 'evm' | 'svm', simple: string | undefined, name: string) => {
    const missing = Object.keys(NETWORKS).filter((network) => {
      if (network.startsWith('solana:') !== (family === 'svm') || simple !== undefined) return false
      return !SIGNERS.some(
        (entry) =>
          entry.purpose === 'settlement' &&
          (entry.family ?? 'evm') === family &&
          (entry.networks?.includes(network) ?? true),
      )
    })
    return missing.length === 0
      ? []
      : [`  ${name}: is missing, and SIGNERS has no settlement signer for ${missing.join(', ')}`]
  }
  return [
    ...missingIn('evm', SETTLEMENT_PRIVATE_KEY, 'SETTLEMENT_PRIVATE_KEY'),
    ...missingIn('svm', SOLANA_SETTLEMENT_KEY, 'SOLANA_SETTLEMENT_KEY'),
  ]
}

/** The differences between a demo and an installation with real money. Checked apart, so that one start names everything. */
function strictness(filled: Record<string, string | undefined>): string[] {
  if (filled.SLUICE_DEMO === '1') return []
  const secrets = ['CHALLENGE_SECRET', 'CHALLENGE_SECRET_PREVIOUS', 'ENCRYPTION_SECRET', 'CRON_SECRET']
  const demoOnly = ['DEMO_PAYER_KEY', 'DEMO_PAYMENT_URL', 'DEMO_OPERATOR_KEY', 'SLUICE_FAILPOINT']
  const isShort = (name: string) => filled[name] !== undefined && Buffer.byteLength(filled[name]) < secretBytesMin
  return [
    ...secrets.filter(isShort).map((name) => `  ${name}: must be at least ${secretBytesMin} bytes`),
    ...demoOnly.filter((name) => filled[name] !== undefined).map((name) => `  ${name}: is for the demo only, unset it`),
  ]
}

/** A variable that a setting names. Read when it is needed, and not stored. */
export function variable(name: string): string | undefined {
  return process.env[name]
}

let cached: Env | undefined

/** The checked environment. Read lazily, because `next build` has none. */
export const env: Env = new Proxy({} as Env, {
  get: (_, name) => (cached ??= parseEnv(process.env))[name as keyof Env],
})
