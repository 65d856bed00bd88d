import type { Log } from '@/lib/chains'
import * as Simulation from './Simulation'

/** Whether a transaction did what its simulation said, and the differences. */
export type SimulationDrift = { matched: boolean; differences: readonly string[] }

type Happened = { ok: boolean; gasUsed: bigint; logs: readonly Log[] }

/**
 * Compares a receipt with the earlier simulation: success, tokens moved, gas within a fifth. Receipts do not show
 * native transfers, so these are ignored. Undefined without a simulation that says more than "it would run". Pure.
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
