import { rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from '../scripts/compile.mjs'
import { tryLock } from '../scripts/file-lock.mjs'
import type { Anvil } from './anvil'
import { startApp } from './app'
import { ensureBuild, keepPages } from './build'
import { writeWhole } from './chain-state'
import type { Child } from './child'
import {
  addressesOf,
  dataDirAt,
  loadPorts,
  loadSecrets,
  savePorts,
  solanaAddressesOf,
  turnLogs,
  wipe,
  type DataDir,
  type Ports,
  type Secrets,
} from './data-dir'
import { contractOf, payoutsOf, type Addresses } from './demo-contract'
import { serveDemoPayments } from './demo-payment/serve'
import { startDemoFacilitators } from './facilitators/demo'
import { evmNetwork, fundGas, fundUsdc, polygonNetwork, polygonUsdc, startEvm, usdc } from './evm'
import { putGuestbook } from './guestbook'
import { startLightning, type Lightning } from './lightning'
import { migrate } from './migrate'
import { startPostgres } from './postgres'
import { box, step } from './progress'
import { samplePaths, seed, slug } from './seed/seed'
import { seedRelay } from './seed/seed-relay'
import { fundSol, fundSolanaUsdc, solanaNetwork, solanaUsdc, startSolana, type Solana } from './solana'
import { fundPathUsd, pathUsd, startTempo, tempoNetwork } from './tempo'
import { startStripe } from './stripe'
import { startUpstream } from './upstream'

/** `npm run demo`, `npm run dev` (--dev): everything that Sluice needs on this machine, and Sluice itself. */

const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const usage = 'usage: npm run demo [-- --reset]    npm run dev [-- --reset]'
// A person who watches a demo waits for its final blocks.
const blockSeconds = 1
const ether = 10n ** 18n
const token = 10n ** 6n
const sol = 10n ** 9n

/** The started parts, in order; stopped in the opposite order. */
const started: { name: string; stop(): Promise<void> }[] = []
let stopping = false

type Run = { dir: DataDir; secrets: Secrets; ports: Ports; mode: 'production' | 'development' }

async function main(args: readonly string[]): Promise<void> {
  const unknown = args.find((arg) => !['--dev', '--reset'].includes(arg))
  if (unknown) throw new Error(`${usage}\nI do not know ${unknown}.`)
  const startedAt = performance.now()
  const dir = dataDirAt(project)
  const unlock = tryLock(dir.lock)
  if (!unlock)
    throw new Error(`a demo already runs on ${dir.root}; for a second one set SLUICE_DATA_DIR to another folder`)
  started.push({ name: 'the lock', stop: async () => unlock() })
  if (args.includes('--reset')) {
    wipe(dir)
    console.log(
      `✓ wiped ${dir.root}${process.env.DATABASE_URL ? '; the database at DATABASE_URL is left as it is' : ''}`,
    )
  }
  rmSync(dir.demo, { force: true })
  turnLogs(dir, ['app', 'build', 'evm', 'tempo', 'polygon', 'solana', 'lightning', 'postgres'])
  const run: Run = {
    dir,
    secrets: loadSecrets(dir),
    ports: loadPorts(dir),
    mode: args.includes('--dev') ? 'development' : 'production',
  }
  const isBuilt = run.mode === 'development' || keepPages(project)
  const { baseUrl, sampleApi } = await startAll(run)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`\n${box(welcome({ baseUrl, sampleApi }, seconds, dir, isBuilt))}\n`)
  if (isBuilt) return
  // Last, and at the end of the queue: what is sold is sold without it.
  await build(dir)
  console.log(`The dashboard opens: ${baseUrl}`)
}

async function startAll(run: Run): Promise<Addressed> {
  const { dir, ports, secrets } = run
  const addresses = { ...addressesOf(secrets), solana: await solanaAddressesOf(secrets) }
  const upstream = await startUpstream({ port: ports.upstream, journalFile: dir.journal })
  started.push({ name: 'the upstream', stop: upstream.stop })
  const nodes = startLightningNodes(run)
  const [databaseUrl, lightning, evm, tempo, polygon, solana] = await Promise.all([
    startDatabase(run, upstream.baseUrl, addresses, nodes),
    nodes,
    startEvmChain(run, addresses),
    startTempoChain(run, addresses),
    startPolygonChain(run, addresses),
    startSolanaCluster(run, addresses),
    // Needs no running part.
    run.mode === 'production' ? compile() : undefined,
  ])
  const facilitators = await step('facilitators', async (note) => {
    const running = await startDemoFacilitators(evm, solana, ports.facilitators)
    started.push({ name: 'the facilitators', stop: running.close })
    await seedRelay({
      databaseUrl,
      upstreamUrl: upstream.baseUrl,
      routes: [
        { network: evmNetwork, scheme: 'exact' },
        { network: evmNetwork, scheme: 'upto' },
        { network: evmNetwork, scheme: 'batch-settlement' },
        { network: solanaNetwork, scheme: 'exact' },
      ],
      payTo: {
        [evmNetwork]: addresses.merchant,
        [tempoNetwork]: addresses.merchant,
        [solanaNetwork]: addresses.solana.merchant,
      },
      facilitatorUrl: `${running.url}/honest`,
    })
    note(`${running.url}/honest, and what one can do wrong beside it`)
    return running
  })
  const stripe = await step('Stripe, a stand-in', async (note) => {
    const running = await startStripe({ port: ports.stripe, dir: dir.stripe })
    started.push({ name: 'Stripe', stop: running.stop })
    note(running.url)
    return running
  })
  const payments = await serveDemoPayments({ payerKey: secrets.keys.payer, tempoUrl: tempo.url })
  started.push({ name: 'the test payments', stop: payments.close })
  const app = await step('the app', async (note) => {
    const running = await startApp({
      project,
      ...run,
      port: wishedPort(ports),
      databaseUrl,
      rpcUrls: {
        [evmNetwork]: evm.url,
        [tempoNetwork]: tempo.url,
        [polygonNetwork]: polygon.url,
        [solanaNetwork]: solana.url,
      },
      upstreamPort: upstream.port,
      paymentUrl: payments.url,
      stripe: {
        secretKey: stripe.secretKey,
        profile: stripe.profile,
        webhookSecrets: [secrets.stripeWebhook],
        api: stripe.url,
      },
      lightning: {
        kind: 'lnd',
        url: lightning.seller.restUrl,
        macaroon: lightning.seller.macaroon,
        network: 'regtest',
      },
      morePorts: [facilitators.port],
    })
    const wished = wishedPort(ports)
    note(running.baseUrl + (wished === 0 || wished === running.port ? '' : ` (port ${wished} is taken)`))
    return running
  })
  watch(app.child, () => app.child.stop(15_000))
  stripe.addWebhook(`http://127.0.0.1:${app.port}/api/rails/stripe`, secrets.stripeWebhook)
  savePorts(dir, {
    app: app.port,
    upstream: upstream.port,
    facilitators: facilitators.port,
    evm: evm.port,
    tempo: tempo.port,
    polygon: polygon.port,
    solana: solana.port,
    stripe: stripe.port,
    lightning: portOf(lightning.seller.restUrl),
    lightningAgent: portOf(lightning.agent.restUrl),
    phoenixd: portOf(lightning.phoenixd.url),
    postgres: process.env.DATABASE_URL ? ports.postgres : portOf(databaseUrl),
  })
  const chains = { evm, tempo, polygon, solana }
  const contract = contractOf(app.baseUrl, { chains, stripe, lightning }, secrets, addresses, upstream)
  const promised = { ...contract, databaseUrl, facilitators: { baseUrl: facilitators.url } }
  writeWhole(dir.demo, `${JSON.stringify(promised, null, 2)}\n`, 0o600)
  started.push({ name: 'demo.json', stop: async () => rmSync(dir.demo, { force: true }) })
  return { baseUrl: app.baseUrl, sampleApi: upstream.baseUrl }
}

/** @param nodes is asked for the seller's id, which stands in the payouts. */
function startDatabase(
  run: Run,
  upstreamUrl: string,
  addresses: Addresses,
  nodes: Promise<Lightning>,
): Promise<string> {
  return step('database', async (note) => {
    const databaseUrl = process.env.DATABASE_URL || (await embeddedDatabase(run))
    const applied = await migrate(project, databaseUrl)
    await seed({
      databaseUrl,
      upstreamUrl,
      payTo: payoutsOf(addresses, (await nodes).seller.id),
      operator: addresses.operator,
      apiKey: run.secrets.apiKey,
    })
    const which = process.env.DATABASE_URL ? 'DATABASE_URL' : `PostgreSQL on port ${portOf(databaseUrl)}`
    note(
      `${which}, ${applied === 0 ? 'up to date' : `${applied} migration${applied === 1 ? '' : 's'} applied`}, seeded`,
    )
    return databaseUrl
  })
}

async function embeddedDatabase({ dir, ports }: Run): Promise<string> {
  const postgres = await startPostgres({ dataDir: dir.postgres, port: ports.postgres, logFile: dir.log('postgres') })
  watch(postgres.child, postgres.stop)
  return postgres.url
}

function startEvmChain({ dir, ports }: Run, addresses: Addresses): Promise<Anvil> {
  return step('chain eip155:84532', async (note) => {
    const options = { port: ports.evm, stateFile: dir.evmState, cacheDir: dir.cache, logFile: dir.log('evm') }
    const evm = await startEvm({ blockSeconds, ...options })
    watch(evm.child, evm.stop)
    for (const role of ['payer', 'settlement', 'refund', 'executor', 'secondExecutor'] as const)
      await fundGas(evm, addresses[role], 100n * ether)
    await putGuestbook(evm, dir.cache)
    await fundUsdc(evm, addresses.payer, 10_000n * token)
    for (const role of ['refund', 'executor', 'secondExecutor'] as const)
      await fundUsdc(evm, addresses[role], 1_000n * token)
    await evm.save()
    note(`${evm.url}, USDC at ${usdc}`)
    return evm
  })
}

function startTempoChain({ dir, ports }: Run, addresses: Addresses): Promise<Anvil> {
  return step('chain eip155:1337', async (note) => {
    const options = { port: ports.tempo, stateFile: dir.tempoState, cacheDir: dir.cache, logFile: dir.log('tempo') }
    const tempo = await startTempo(options)
    watch(tempo.child, tempo.stop)
    await fundPathUsd(tempo, addresses.payer, 10_000n * token)
    for (const role of ['refund', 'executor', 'secondExecutor'] as const)
      await fundPathUsd(tempo, addresses[role], 1_000n * token)
    await fundPathUsd(tempo, addresses.settlement, 100n * token)
    await tempo.save()
    note(`${tempo.url}, pathUSD at ${pathUsd}`)
    return tempo
  })
}

function startPolygonChain({ dir, ports }: Run, addresses: Addresses): Promise<Anvil> {
  return step(`chain ${polygonNetwork}`, async (note) => {
    const options = {
      port: ports.polygon,
      stateFile: dir.polygonState,
      cacheDir: dir.cache,
      logFile: dir.log('polygon'),
    }
    const polygon = await startEvm({ network: polygonNetwork, blockSeconds, ...options })
    watch(polygon.child, polygon.stop)
    for (const role of ['payer', 'settlement', 'refund', 'executor', 'secondExecutor'] as const)
      await fundGas(polygon, addresses[role], 100n * ether)
    await fundUsdc(polygon, addresses.payer, 10_000n * token, polygonUsdc)
    await fundUsdc(polygon, addresses.refund, 1_000n * token, polygonUsdc)
    await polygon.save()
    note(`${polygon.url}, USDC at ${polygonUsdc}`)
    return polygon
  })
}

function startSolanaCluster({ dir, ports }: Run, { solana: addresses }: Addresses): Promise<Solana> {
  return step(`cluster ${solanaNetwork}`, async (note) => {
    const solana = await startSolana({ port: ports.solana, stateDir: dir.solanaState, logFile: dir.log('solana') })
    watch(solana.child, solana.stop)
    for (const role of ['settlement', 'refund'] as const) await fundSol(solana, addresses[role], 10n * sol)
    await fundSolanaUsdc(solana, addresses.payer, 10_000n * token)
    await fundSolanaUsdc(solana, addresses.refund, 1_000n * token)
    await fundSolanaUsdc(solana, addresses.merchant, 0n)
    note(`${solana.url}, USDC at ${solanaUsdc}`)
    return solana
  })
}

function startLightningNodes({ dir, ports }: Run): Promise<Lightning> {
  return step('two Lightning nodes', async (note) => {
    const lightning = await startLightning({
      ports: { seller: ports.lightning, agent: ports.lightningAgent, phoenixd: ports.phoenixd },
      dir: dir.lightning,
      logFile: dir.log('lightning'),
    })
    watch(lightning.child, lightning.stop)
    note(`${lightning.seller.restUrl}, and ${lightning.agent.restUrl} of the agent`)
    return lightning
  })
}

function build(dir: DataDir): Promise<void> {
  return step('next build', async (note) => {
    note((await ensureBuild(project, dir.log('build'), 10)) ? 'built' : 'nothing changed')
  })
}

const portOf = (url: string) => Number(new URL(url).port)

function wishedPort(ports: Ports): number {
  const wished = process.env.PORT
  if (!wished) return ports.app
  const port = Number(wished)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT is ${wished}, not a port number`)
  return port
}

/** Where the demo is reached: the app, and the API that its shop sells. */
type Addressed = { baseUrl: string; sampleApi: string }

function welcome({ baseUrl, sampleApi }: Addressed, seconds: string, dir: DataDir, isBuilt: boolean): string[] {
  const other = process.env.SLUICE_DATA_DIR ? `SLUICE_DATA_DIR=${dir.root} ` : ''
  return [
    `Sluice ${isBuilt ? 'is ready' : 'sells'} (${seconds} s)`,
    '',
    `Dashboard      ${baseUrl}${isBuilt ? '' : '   (being built: a minute or two)'}`,
    `A gated URL    ${baseUrl}/gateway/${slug}${samplePaths.fixed}   ($0.01)`,
    `A sample API   ${sampleApi}${samplePaths.fixed}   (sell it in a shop of your own)`,
    `Next, type     ${other}npm run demo:pay`,
    '',
    `Everything it keeps is in ${dir.root}. Ctrl-C stops it.`,
  ]
}

/** Registers a child to be stopped at the end; when it ends before, the demo says why and ends too. */
function watch(child: Child, stop: () => Promise<void>): void {
  started.push({ name: child.name, stop })
  void child.ended.then(({ code, signal }) => {
    if (stopping) return
    console.error(`\n✗ ${child.name} ended by itself (${signal ?? `code ${code}`}). Its last words:\n${child.tail()}`)
    return shutdown(1)
  })
}

async function shutdown(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  for (const { name, stop } of started.reverse()) {
    await stop().catch((error: Error) => {
      console.error(`✗ stopping ${name}: ${error.message}`)
      code ||= 1
    })
  }
  console.log(code === 0 ? '✓ stopped' : '✗ stopped')
  process.exit(code)
}

let signalledAt = 0
function onSignal(): void {
  // One Ctrl-C arrives several times: from the terminal, from npm and from scripts/run.mjs.
  if (stopping && Date.now() - signalledAt > 2_000) process.exit(1)
  if (stopping) return
  signalledAt = Date.now()
  console.log('\nStopping …')
  void shutdown(0)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)

// A parent that is killed with SIGKILL cannot pass the signal on.
const parent = Number(process.env.SLUICE_PARENT)
if (parent) setInterval(() => process.ppid !== parent && onSignal(), 500).unref()

main(process.argv.slice(2)).catch((error: Error) => {
  if (stopping) return
  console.error(`\n✗ ${error.message}`)
  void shutdown(1)
})
