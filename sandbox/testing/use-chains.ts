import { randomUUID } from 'node:crypto'
import { privateKeyToAddress } from 'viem/accounts'
import { afterAll, inject } from 'vitest'
import { chainLog, evmNetwork, fundGas, fundUsdc, startEvm } from '../evm'
import { fundPathUsd, startTempo, tempoNetwork } from '../tempo'
import { setChains } from './chains'

// Runs before each test file: two chains of its own, with signers that can pay.
const cacheDir = inject('chainsDir')
const run = randomUUID()
const [evm, tempo] = await Promise.all([
  startEvm({ cacheDir, logFile: chainLog(cacheDir, `evm-${run}`) }),
  startTempo({ cacheDir, logFile: chainLog(cacheDir, `tempo-${run}`) }),
])
afterAll(() => Promise.all([evm.stop(), tempo.stop()]))

process.env.NETWORKS = JSON.stringify({
  [evmNetwork]: { rpcUrls: [evm.url] },
  [tempoNetwork]: { rpcUrls: [tempo.url] },
})

const tokensBase = 1_000_000_000n
const executors = (JSON.parse(process.env.SIGNERS ?? '[]') as { privateKey: string }[]).map((entry) => entry.privateKey)
for (const key of [process.env.SETTLEMENT_PRIVATE_KEY, process.env.REFUND_PRIVATE_KEY, ...executors]) {
  const address = privateKeyToAddress(key as `0x${string}`)
  await fundGas(evm, address, 10n ** 20n)
  await fundUsdc(evm, address, tokensBase)
  await fundPathUsd(tempo, address, tokensBase)
}

setChains({ evm, tempo })
