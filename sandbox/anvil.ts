import { createRequire } from 'node:module'
import path from 'node:path'
import { followState, readableState, type ChainState } from './chain-state'
import { startChild, waitFor, type Child } from './child'
import { pickPort } from './port'

/** One JSON-RPC call. @throws Error with the method and the node's message. */
export type Rpc = <Result>(method: string, params: readonly unknown[]) => Promise<Result>

export type Anvil = {
  url: string
  port: number
  rpc: Rpc
  child: Child
  /** Writes its state now, when it keeps one. */
  save(): Promise<void>
  /** Saves its state and ends it. May be called twice. */
  stop(): Promise<void>
}

/** States of the last blocks that a chain keeps, for calls at these blocks. Final ones are among them. */
const statesKept = 64
const statesKeptLong = 16

export type AnvilOptions = {
  name: string
  chainId: number
  args?: readonly string[]
  /** Between two blocks that come without a transaction; without it there are none. */
  blockSeconds?: number
  /** Wished port; another one is taken when it is in use. */
  port?: number
  /** Blocks until one is safe, and half of those until it is final; 1 when absent. */
  slotsInEpoch?: number
  /** Where the state is kept between runs. Without it the chain starts empty and is forgotten. */
  stateFile?: string
  logFile: string
}

/** The key of anvil's first account ("test test … junk"); it is rich on every local chain. */
export const faucet = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'

/** Finds what hangs, on a machine of any speed. */
const hangMs = 120_000

// Packages are named by Go's processor names.
const processors: Record<string, string> = { x64: 'amd64', arm64: 'arm64' }

function binary(): string {
  const name = `@foundry-rs/anvil-${process.platform}-${processors[process.arch] ?? process.arch}`
  const require = createRequire(import.meta.url)
  try {
    return path.join(path.dirname(require.resolve(`${name}/package.json`)), 'bin', 'anvil')
  } catch {
    throw new Error(`there is no local chain for this machine: the package ${name} is not installed`)
  }
}

/** Starts an anvil on 127.0.0.1 and waits until it answers with the right chain id. It ends with this process. */
export async function startAnvil(options: AnvilOptions): Promise<Anvil> {
  const loaded = options.stateFile === undefined ? undefined : readableState(options.stateFile)
  for (let attempt = 1; ; attempt++) {
    const port = await pickPort(attempt === 1 ? options.port : 0)
    const url = `http://127.0.0.1:${port}`
    const child = startChild({
      name: options.name,
      command: binary(),
      args: argsOf(options, port, loaded),
      logFile: options.logFile,
      endSignal: 'SIGINT',
    })
    const rpc = rpcOf(url)
    try {
      // Another chain on the same port would answer too: hence the check of the id and of the child.
      const chainId = await waitFor(child, 'it answered', () => rpc<string>('eth_chainId', []))
      if (child.hasEnded()) throw new Error(`${options.name} ended at start:\n${child.tail()}`)
      if (Number(chainId) !== options.chainId)
        throw new Error(`${options.name}: ${url} has chain id ${Number(chainId)}, not ${options.chainId}`)
    } catch (error) {
      await child.stop(1_000)
      if (attempt < 3 && /in use/i.test(child.tail())) continue
      throw error
    }
    return withState({ url, port, rpc, child }, options)
  }
}

function argsOf(options: AnvilOptions, port: number, stateFile: string | undefined): string[] {
  const ownClock = options.blockSeconds !== undefined && !isLongLived(options)
  const flags = {
    'chain-id': String(options.chainId),
    host: '127.0.0.1',
    port: String(port),
    // States of old blocks are for calls at old blocks only; without a bound they are most of its memory.
    'prune-history': String(isLongLived(options) ? statesKeptLong : statesKept),
    'slots-in-an-epoch': String(options.slotsInEpoch ?? 1),
    ...(stateFile !== undefined && { 'load-state': stateFile }),
    ...(ownClock && { 'block-time': String(options.blockSeconds) }),
  }
  return [
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    ...(ownClock ? ['--mixed-mining'] : []),
    '--quiet',
    ...(options.args ?? []),
  ]
}

/**
 * A chain that is kept between runs may run for days. anvil that mines by its own clock, once in two seconds or faster, keeps
 * 1,500 states whatever `prune-history` says: 20 MB a minute. Such a chain gets its blocks from us.
 */
function isLongLived({ stateFile }: AnvilOptions): boolean {
  return stateFile !== undefined
}

/** Mines a block every `blockSeconds`, while the chain mines by itself when a transaction comes (`evm_setAutomine`). */
function startClock(rpc: Rpc, blockSeconds: number): () => void {
  let isBusy = false
  const tick = async () => {
    if (isBusy) return
    isBusy = true
    try {
      if (await rpc<boolean>('anvil_getAutomine', [])) await rpc('evm_mine', [])
    } catch {
      // The chain is busy or gone; its starter watches it.
    }
    isBusy = false
  }
  const timer = setInterval(() => void tick(), blockSeconds * 1_000)
  timer.unref()
  return () => clearInterval(timer)
}

function withState(
  running: Pick<Anvil, 'url' | 'port' | 'rpc' | 'child'>,
  { stateFile, blockSeconds }: AnvilOptions,
): Anvil {
  const state: ChainState | undefined = stateFile === undefined ? undefined : followState(running.rpc, stateFile)
  const stopClock = stateFile === undefined ? undefined : startClock(running.rpc, blockSeconds ?? 1)
  return {
    ...running,
    save: async () => state?.save(),
    async stop() {
      state?.stop()
      stopClock?.()
      if (running.child.hasEnded()) return
      await state?.save()
      await running.child.stop(5_000)
    },
  }
}

/** JSON-RPC calls to an endpoint. */
export function rpcOf(url: string): Rpc {
  let id = 0
  return async <Result>(method: string, params: readonly unknown[]) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
      signal: AbortSignal.timeout(60_000),
    })
    const answer = (await response.json()) as { result?: Result; error?: { message: string } }
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`)
    return answer.result as Result
  }
}

/** Sends a call from the faucet and waits until it is included. @throws Error when it reverts or gets lost. */
export async function sendFromFaucet(rpc: Rpc, to: string, data: string): Promise<void> {
  const hash = await rpc<string>('eth_sendTransaction', [{ from: faucet, to, data }])
  const deadline = Date.now() + hangMs
  while (Date.now() < deadline) {
    const receipt = await rpc<{ status: string } | null>('eth_getTransactionReceipt', [hash])
    if (receipt?.status === '0x1') return
    if (receipt) throw new Error(`the faucet's transaction ${hash} reverted`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`the faucet's transaction ${hash} was not included within ${hangMs / 1000} s`)
}
