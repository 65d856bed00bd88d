import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createKeyPairSignerFromPrivateKeyBytes } from '@solana/kit'
import { privateKeyToAddress } from 'viem/accounts'
import type { Address, Hex } from 'viem'
import { writeWhole } from './chain-state'
import { removePostgres } from './postgres'

/** Everything that one demo keeps between runs, and where. */
export type DataDir = {
  root: string
  postgres: string
  evmState: string
  tempoState: string
  polygonState: string
  /** A folder. */
  solanaState: string
  /** A folder. */
  stripe: string
  /** A folder. */
  lightning: string
  cache: string
  journal: string
  secrets: string
  ports: string
  /** The contract with tests and users' scripts; there only while the demo is ready. */
  demo: string
  lock: string
  log(name: string): string
}

/** `SLUICE_DATA_DIR`, relative to where the command was typed, or `.data` of the project. */
export function dataDirAt(project: string, environment: NodeJS.ProcessEnv = process.env): DataDir {
  const { SLUICE_DATA_DIR: wished, INIT_CWD: typedIn } = environment
  const root = wished ? path.resolve(typedIn ?? process.cwd(), wished) : path.join(project, '.data')
  const at = (...parts: string[]) => path.join(root, ...parts)
  return {
    root,
    postgres: at('postgres'),
    evmState: at('chains', 'evm.json'),
    tempoState: at('chains', 'tempo.json'),
    polygonState: at('chains', 'polygon.json'),
    solanaState: at('chains', 'solana'),
    stripe: at('stripe'),
    lightning: at('lightning'),
    cache: at('cache'),
    journal: at('upstream-journal.jsonl'),
    secrets: at('demo-secrets.json'),
    ports: at('demo-ports.json'),
    demo: at('demo.json'),
    lock: at('demo.lock'),
    log: (name) => at('logs', `${name}.log`),
  }
}

/** Forgets everything of earlier runs, and nothing else that may lie in that folder. No demo may run on it. */
export function wipe(dir: DataDir): void {
  removePostgres(dir.postgres)
  const chains = [dir.evmState, dir.tempoState, dir.polygonState, dir.solanaState, dir.stripe, dir.lightning]
  const files = [dir.cache, dir.journal, dir.secrets, dir.ports, dir.demo]
  for (const file of [...chains, ...files, path.dirname(dir.log('x'))]) rmSync(file, { recursive: true, force: true })
}

/** Logs start anew with every run; those of the last one stay beside them. */
export function turnLogs(dir: DataDir, names: readonly string[]): void {
  mkdirSync(path.dirname(dir.log('x')), { recursive: true })
  for (const name of names) if (existsSync(dir.log(name))) renameSync(dir.log(name), dir.log(`${name}.previous`))
}

const roles = ['payer', 'operator', 'merchant', 'settlement', 'refund', 'executor', 'secondExecutor', 'offers'] as const
type Role = (typeof roles)[number]

const solanaRoles = ['payer', 'merchant', 'settlement', 'refund'] as const
type SolanaRole = (typeof solanaRoles)[number]

/** Keys and secrets of one demo: made at random on its first run, never to hold real money. */
export type Secrets = {
  keys: Record<Role, Hex>
  /** Seeds of Ed25519 keys, 32 bytes as hex. */
  solanaKeys: Record<SolanaRole, string>
  challenge: string
  encryption: string
  cron: string
  /** Seed of the audit log's key. */
  audit: string
  /** Signs the webhooks of Stripe's stand-in. */
  stripeWebhook: string
  /** API key of the demo's merchant, for examples. */
  apiKey: string
}

/** Those of the last run; a role or secret that is new since then is made now. */
export function loadSecrets(dir: DataDir): Secrets {
  const known = readJson<Secrets>(dir.secrets)
  const isWhole = known?.audit && known.apiKey && known.stripeWebhook && roles.every((role) => known.keys[role])
  if (isWhole && solanaRoles.every((role) => known.solanaKeys?.[role])) return known
  const hex = () => randomBytes(32).toString('hex')
  const fresh = Object.fromEntries(roles.map((role) => [role, `0x${hex()}`])) as Record<Role, Hex>
  const freshSolana = Object.fromEntries(solanaRoles.map((role) => [role, hex()])) as Record<SolanaRole, string>
  const secrets = {
    challenge: hex(),
    encryption: hex(),
    cron: hex(),
    audit: hex(),
    stripeWebhook: `whsec_${hex()}`,
    apiKey: `sk_${randomBytes(4).toString('hex')}_${hex()}`,
    ...known,
    keys: { ...fresh, ...known?.keys },
    solanaKeys: { ...freshSolana, ...known?.solanaKeys },
  }
  writeWhole(dir.secrets, `${JSON.stringify(secrets, null, 2)}\n`, 0o600)
  return secrets
}

/** Checksummed address of each role. */
export function addressesOf(secrets: Secrets): Record<Role, Address> {
  return Object.fromEntries(roles.map((role) => [role, privateKeyToAddress(secrets.keys[role])])) as Record<
    Role,
    Address
  >
}

/** Base58 address of each role on Solana. */
export async function solanaAddressesOf(secrets: Secrets): Promise<Record<SolanaRole, string>> {
  const pairs = solanaRoles.map(async (role) => {
    const { address } = await createKeyPairSignerFromPrivateKeyBytes(Buffer.from(secrets.solanaKeys[role], 'hex'))
    return [role, address]
  })
  return Object.fromEntries(await Promise.all(pairs)) as Record<SolanaRole, string>
}

/** Ports of the last run: asked for again, so that URLs that people noted stay good. */
export type Ports = Record<
  | 'app'
  | 'facilitators'
  | 'upstream'
  | 'evm'
  | 'tempo'
  | 'postgres'
  | 'polygon'
  | 'solana'
  | 'stripe'
  | 'lightning'
  | 'lightningAgent'
  | 'phoenixd',
  number
>

export function loadPorts(dir: DataDir): Ports {
  const usual = {
    app: 3402,
    upstream: 3412,
    evm: 3413,
    tempo: 3414,
    postgres: 3415,
    polygon: 3416,
    solana: 3417,
    facilitators: 3418,
    stripe: 3419,
    lightning: 3420,
    lightningAgent: 3421,
    phoenixd: 3422,
  }
  return { ...usual, ...readJson<Partial<Ports>>(dir.ports) }
}

export function savePorts(dir: DataDir, ports: Ports): void {
  writeWhole(dir.ports, `${JSON.stringify(ports, null, 2)}\n`)
}

/** The content of the file, undefined when there is none. @throws Error when it is not JSON. */
export function readJson<Value>(file: string): Value | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Value
  } catch {
    throw new Error(`${file} is broken; start over with \`npm run demo -- --reset\``)
  }
}
