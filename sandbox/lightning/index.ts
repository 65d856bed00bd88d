import { programOf } from '../../scripts/compile.mjs'
import { startChild, waitFor, type Child } from '../child'
import { pickPort } from '../port'
import type { Fault } from './http'
import type { ControlCall, FaceName, LightningPorts, MainOptions } from './main'

export type LightningOptions = {
  /** Wished ports; others are taken when they are in use. */
  ports?: Partial<LightningPorts>
  /** Folder that keeps both nodes and their chain between runs. Without it they are forgotten. */
  dir?: string
  /** Size of the channel that the agent opens to the seller; 200,000,000 when absent, none when 0. */
  capacitySat?: bigint
  /** The seller's part at the start, with which it can pay back; a quarter when absent. All of it leaves no inbound liquidity. */
  sellerSat?: bigint
  logFile: string
}

/** A node behind LND's REST words. */
export type LightningNodeAccess = { restUrl: string; macaroon: string; id: string }

/** The network of both nodes, with bitcoin's own genesis block of regtest. */
export const lightningNetwork = 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328'

/** The two nodes, running. */
export type Lightning = {
  seller: LightningNodeAccess
  agent: LightningNodeAccess
  /** The seller again, behind phoenixd's words. */
  phoenixd: { url: string; password: string }
  /** Makes requests of a face fail, until `heal` or as often as the fault says. */
  fault(face: FaceName, fault: Fault): Promise<void>
  /** Takes the fault away, and opens the port again. */
  heal(face: FaceName): Promise<void>
  /** Nothing listens at the face any more. */
  down(face: FaceName): Promise<void>
  /** Parts the nodes: payments stay under way. */
  disconnect(): Promise<void>
  connect(): Promise<void>
  child: Child
  stop(): Promise<void>
}

type Nodes = Record<'seller' | 'agent', { id: string; macaroon: string; password: string; isUsable: boolean }>

/** Starts a seller's and an agent's node on 127.0.0.1 and waits until their channel can be used. They end with this process. */
export async function startLightning(options: LightningOptions): Promise<Lightning> {
  const { dir, logFile, capacitySat = 200_000_000n, sellerSat = capacitySat / 4n } = options
  const program = programOf('sandbox/lightning/main.ts')
  await program.compile()
  for (let attempt = 1; ; attempt++) {
    const ports = await pickPorts(attempt === 1 ? options.ports : {})
    const settings: MainOptions = {
      ports,
      capacitySat: String(capacitySat),
      sellerSat: String(sellerSat),
      ...(dir !== undefined && { dir }),
    }
    const child = startChild({
      name: 'lightning nodes',
      command: process.execPath,
      args: ['--enable-source-maps', program.path, JSON.stringify(settings)],
      logFile,
      endSignal: 'SIGINT',
    })
    const obey = (call: ControlCall) => command(ports.control, call)
    try {
      const nodes = await waitFor(child, 'the channel was usable', async () => {
        const found = await obey({ do: 'ready' })
        return capacitySat === 0n || found.seller.isUsable ? found : undefined
      })
      if (child.hasEnded()) throw new Error(`the lightning nodes ended at start:\n${child.tail()}`)
      return accessTo(ports, nodes, child, obey)
    } catch (error) {
      await child.stop(1_000)
      if (attempt < 3 && /EADDRINUSE/.test(child.tail())) continue
      throw error
    }
  }
}

function accessTo(
  ports: LightningPorts,
  nodes: Nodes,
  child: Child,
  obey: (call: ControlCall) => Promise<Nodes>,
): Lightning {
  const at = (port: number) => `http://127.0.0.1:${port}`
  const access = (name: 'seller' | 'agent') => {
    const { macaroon, id } = nodes[name]
    return { restUrl: at(ports[name]), macaroon, id }
  }
  return {
    seller: access('seller'),
    agent: access('agent'),
    phoenixd: { url: at(ports.phoenixd), password: nodes.seller.password },
    fault: async (face, fault) => void (await obey({ do: 'fault', face, fault })),
    heal: async (face) => void (await obey({ do: 'heal', face })),
    down: async (face) => void (await obey({ do: 'down', face })),
    disconnect: async () => void (await obey({ do: 'disconnect' })),
    connect: async () => void (await obey({ do: 'connect' })),
    child,
    stop: () => child.stop(5_000),
  }
}

async function pickPorts(wished: Partial<LightningPorts> = {}): Promise<LightningPorts> {
  const ports: number[] = []
  for (const name of ['seller', 'agent', 'phoenixd', 'control', 'peer'] as const) {
    let port = await pickPort(wished[name])
    while (ports.includes(port)) port = await pickPort()
    ports.push(port)
  }
  const [seller = 0, agent = 0, phoenixd = 0, control = 0, peer = 0] = ports
  return { seller, agent, phoenixd, control, peer }
}

async function command(port: number, call: ControlCall): Promise<Nodes> {
  const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: JSON.stringify(call) })
  if (!response.ok) throw new Error(`the control port answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Nodes
}
