/**
 * How often a payload was called valid, by this process. One verification is one promise: when the same payload was
 * verified twice before it was settled, two requests of the agent want something for it, and only one settle may succeed.
 */

const keysMax = 50_000

// One process can hold two copies of this module.
const shared = globalThis as typeof globalThis & { sluiceVerified?: Map<string, number> }
const counts = (shared.sluiceVerified ??= new Map())

export function count(claimKey: string): void {
  const before = counts.get(claimKey) ?? 0
  // Set anew, so that the one that was quiet longest comes first.
  counts.delete(claimKey)
  counts.set(claimKey, before + 1)
  const [quietest] = counts.keys()
  if (counts.size > keysMax && quietest !== undefined) counts.delete(quietest)
}

export function timesOf(claimKey: string): number {
  return counts.get(claimKey) ?? 0
}
