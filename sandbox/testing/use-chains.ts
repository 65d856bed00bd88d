import { randomUUID } from 'node:crypto'
import { privateKeyToAddress } from 'viem/accounts'
import { afterAll, inject } from 'vitest'
import { chainLog, evmNetwork, fundGas, fundUsdc, polygonNetwork, polygonUsdc, startEvm } from '../evm'
import { startSolana, solanaNetwork } from '../solana'
import { fundPathUsd, startTempo, tempoNetwork } from '../tempo'
import { setChains } from './chains'
import { fundSolanaSigners } from './solana-signers'

// Runs before each test file: two chains of its own, with signers that can pay, and two more for those that ask for them.
const cacheDir = inject('chainsDir')
const run = randomUUID()
const log = (name: string) => chainLog(cacheDir, `${name}-${run}`)
const [evm, tempo] = await Promise.all([
  startEvm({ cacheDir, logFile: log('evm') }),
  startTempo({ cacheDir, logFile: log('tempo') }),
])
const started: { stop(): Promise<void> }[] = [evm, tempo]
afterAll(() => Promise.all(started.map((chain) => chain.stop())))

function serve(network: string, url: string): void {
  const networks = JSON.parse(process.env.NETWORKS ?? '{}') as Record<string, unknown>
  process.env.NETWORKS = JSON.stringify({ ...networks, [network]: { rpcUrls: [url] } })
}

process.env.NETWORKS = '{}'
serve(evmNetwork, evm.url)
serve(tempoNetwork, tempo.url)

const tokensBase = 1_000_000_000n
const executors = (JSON.parse(process.env.SIGNERS ?? '[]') as { privateKey: string }[]).map((entry) => entry.privateKey)
const signers = [process.env.SETTLEMENT_PRIVATE_KEY, process.env.REFUND_PRIVATE_KEY, ...executors].map((key) =>
  privateKeyToAddress(key as `0x${string}`),
)
for (const address of signers) {
  await fundGas(evm, address, 10n ** 20n)
  await fundUsdc(evm, address, tokensBase)
  await fundPathUsd(tempo, address, tokensBase)
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}

setChains(
  { evm, tempo },
  {
    polygon: once(async () => {
      const polygon = await startEvm({ network: polygonNetwork, cacheDir, logFile: log('polygon') })
      started.push(polygon)
      serve(polygonNetwork, polygon.url)
      for (const address of signers) {
        await fundGas(polygon, address, 10n ** 20n)
        await fundUsdc(polygon, address, tokensBase, polygonUsdc)
      }
      return polygon
    }),
    solana: once(async () => {
      const solana = await startSolana({ slotMs: 25, finalSlots: 16, logFile: log('solana') })
      started.push(solana)
      serve(solanaNetwork, solana.url)
      await fundSolanaSigners(solana, tokensBase)
      return solana
    }),
  },
)
