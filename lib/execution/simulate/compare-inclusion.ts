import type { Log } from '@/lib/chains'
import * as Simulation from './Simulation'

/** Whether a transaction did what its simulation had said, and what it did otherwise. */
export type SimulationDrift = { matched: boolean; differences: readonly string[] }

type Happened = { ok: boolean; gasUsed: bigint; logs: readonly Log[] }

/**
 * Compares a receipt with the simulation before it: success, tokens moved, gas within a fifth. Receipts tell nothing of native
 * moves, so these are left out. Undefined when there was no simulation that says more than "it would run". Pure.
 */
export function compareInclusion(
  simulation: Simulation.Simulation | null,
  { ok, gasUsed, logs }: Happened,
): SimulationDrift | undefined {
  const effects = simulation && Simulation.effectsOf(simulation)
  if (!effects) return undefined
  const expected = { ...effects, transfers: effects.transfers?.filter(({ asset }) => asset !== 'native') }
  const differences = Simulation.differences(expected, { ok, gasUsed, transfers: Simulation.transfersOf(logs) })
  return { matched: differences.length === 0, differences }
}
