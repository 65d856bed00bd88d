import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { settledBalances } from './balances'
import { openChain } from './chain'
import { openFace, type Answer, type Face, type Fault, type Handler } from './http'
import { lndRest, macaroonOf } from './lnd-rest'
import { startNode, type NodeName, type SandboxNode } from './node'
import { genesisHash, loadLdk } from './parts'
import { passwordOf, phoenixd } from './phoenixd'

/** Two Lightning nodes on 127.0.0.1, as a process: started by `startLightning`, which gives its options as one argument. */

export type LightningPorts = { seller: number; agent: number; phoenixd: number; control: number; peer: number }

export type MainOptions = {
  ports: LightningPorts
  /** Keeps the state; without it everything is forgotten. */
  dir?: string
  /** Size of the channel that the agent opens to the seller, in satoshi; '0' opens none. */
  capacitySat: string
  /** The seller's part of it at the start. */
  sellerSat: string
}

export type FaceName = NodeName | 'phoenixd'

/** What the control port takes: one of these as JSON. */
export type ControlCall =
  | { do: 'fault'; face: FaceName; fault: Fault }
  | { do: 'down' | 'up' | 'heal'; face: FaceName }
  | { do: 'disconnect' | 'connect' | 'ready' }

const options = JSON.parse(process.argv[2] ?? '{}') as MainOptions
const { ports, dir } = options
const log = (line: string) => console.error(line)
/** The toy chain has no way back from a closed channel: end loudly. */
const onClosed = () => process.exit(1)

if (dir !== undefined) mkdirSync(dir, { recursive: true })
await loadLdk()
const chain = openChain(genesisHash(), dir === undefined ? undefined : path.join(dir, 'chain.json'))
const funding: Buffer[] = []
const onFunding = (transaction: Buffer) => void funding.push(transaction)
const [seller, agent] = (['seller', 'agent'] as const).map((name) =>
  startNode({ name, chain, onFunding, onClosed, log, ...(dir !== undefined && { dir }) }),
) as [SandboxNode, SandboxNode]

let isLinked = true
let isConnecting = false
await seller.listen(ports.peer)
void link()
setInterval(() => void link(), 200)

/** Keeps the two connected, as nodes do, unless a test parts them. */
async function link(): Promise<void> {
  if (!isLinked || isConnecting || agent.parts.peers.list_peers().length > 0) return
  isConnecting = true
  try {
    await agent.connect(ports.peer, seller.id)
    await until(() => agent.parts.peers.list_peers().length > 0, 2_000)
  } catch {
    // The next tick tries again.
  } finally {
    isConnecting = false
  }
}

async function until(check: () => boolean, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!check()) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${check}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Finds what hangs. */
const hangMs = 60_000

async function openFirstChannel(): Promise<void> {
  const capacitySat = BigInt(options.capacitySat)
  if (capacitySat === 0n || agent.parts.manager.list_channels().length > 0) return
  await until(() => agent.parts.peers.list_peers().length > 0, hangMs)
  agent.openChannel(seller.id, capacitySat, BigInt(options.sellerSat))
  // Both have signed the commitment when the opener would broadcast.
  await until(() => funding.length > 0 && seller.parts.chainMonitor.list_monitors().length > 0, hangMs)
  await until(() => agent.parts.chainMonitor.list_monitors().length > 0, hangMs)
  for (const block of [chain.mine(funding.splice(0)), chain.mine([])])
    for (const node of [seller, agent]) node.take(block)
}

const isReady = () =>
  options.capacitySat === '0' || [seller, agent].every((node) => node.parts.manager.list_usable_channels().length > 0)

const faces = new Map<FaceName, Face>()
const handlers: Record<FaceName, Handler> = {
  seller: lndRest(seller),
  agent: lndRest(agent),
  phoenixd: phoenixd(seller),
}
for (const [name, handler] of Object.entries(handlers) as [FaceName, Handler][])
  faces.set(name, await openFace(ports[name], handler))
const control = await openFace(ports.control, async ({ body }) => await obey(JSON.parse(body) as ControlCall))

async function obey(call: ControlCall): Promise<Answer> {
  const face = 'face' in call ? faces.get(call.face) : undefined
  if (call.do === 'fault') face?.inject(call.fault)
  if (call.do === 'down' || call.do === 'up' || call.do === 'heal') await face?.[call.do]()
  if (call.do === 'disconnect') {
    isLinked = false
    for (const node of [agent, seller]) node.parts.peers.disconnect_all_peers()
  }
  if (call.do === 'connect') {
    isLinked = true
    await link()
  }
  if (call.do === 'ready') await until(isReady, hangMs)
  const nodes = [seller, agent].map(async (node) => [
    node.name,
    {
      id: node.id,
      macaroon: macaroonOf(node),
      password: passwordOf(node),
      isUsable: (await settledBalances(node)).some(({ isUsable }) => isUsable),
    },
  ])
  return { status: 200, json: Object.fromEntries(await Promise.all(nodes)) as unknown }
}

await openFirstChannel()

async function end(): Promise<void> {
  for (const face of [control, ...faces.values()]) await face.close()
  for (const node of [agent, seller]) node.close()
  process.exit(0)
}
process.on('SIGINT', () => void end())
process.on('SIGTERM', () => void end())
