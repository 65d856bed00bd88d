import type { Hex } from 'viem'
import { evm, networkOf, tempo, type Demo } from '../demo'

/** What a client of the laboratory is asked to do: its one argument, as JSON. */
export type Task = {
  /** What it buys. */
  url: string
  /** Of its wallet on the EVM chains. */
  privateKey: Hex
  /** Which of several ways to pay it takes, where it knows several. */
  scheme: string
  evm: { network: string; rpcUrl: string }
  tempo: { network: string; rpcUrl: string }
  /** `seed` is of its wallet there. */
  solana: { network: string; rpcUrl: string; seed: string }
}

/** What it prints: one line of JSON. */
export type Told = { status: number; body: string; receipt?: unknown }

type Solvent = Demo & { solanaPayer: { seed: string } }

/** What a client has to do, at the demo's public address. */
export function taskOf(demo: Demo, what: string, scheme: string): Task {
  const solana = Object.keys(demo.networks).find((network) => network.startsWith('solana:')) ?? ''
  return {
    url: what in demo.resources ? demo.resources[what as keyof Demo['resources']] : `${demo.baseUrl}${what}`,
    privateKey: demo.payer.privateKey,
    scheme,
    evm: { network: evm, rpcUrl: networkOf(demo, evm).rpcUrl },
    tempo: { network: tempo, rpcUrl: networkOf(demo, tempo).rpcUrl },
    solana: {
      network: solana,
      rpcUrl: networkOf(demo, solana).rpcUrl,
      seed: (demo as Solvent).solanaPayer.seed,
    },
  }
}
