import { numberToHex, type Hex } from 'viem'
import { readRpc, RpcError, TransportError } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import { toRpc, type SimulationStep } from './read-queue'
import type { SlotWrite } from './Simulation'

type Account = { balance?: Hex; nonce?: number; code?: Hex; storage?: Record<Hex, Hex> }
type Diff = { pre: Record<Hex, Account>; post: Record<Hex, Account> }

/** State overrides by address, as nodes accept them. */
export type StateOverrides = Record<
  Hex,
  { balance?: Hex; nonce?: Hex; code?: Hex; state?: Record<Hex, Hex>; stateDiff?: Record<Hex, Hex> }
>

type TraceInput = {
  from: string
  steps: readonly SimulationStep[]
  overrides?: StateOverrides | undefined
  block: Hex | 'latest'
}

/** Each step is a separate request, one after the other. */
const stepsMax = 8
const writtenMax = 50
const zero: Hex = `0x${'0'.repeat(64)}`
// Most public endpoints have no tracing. They are asked again after this time.
const pauseMs = 10 * 60_000
const refusedAtMs = new Map<Caip2, number>()

/**
 * The storage writes of each step, on the state after the steps before; undefined if the node does not trace or there
 * are too many steps. Never throws: it only adds to a simulation.
 */
export async function traceWrites(network: Caip2, input: TraceInput): Promise<readonly SlotWrite[][] | undefined> {
  const refused = refusedAtMs.get(network)
  if (input.steps.length > stepsMax || (refused !== undefined && performance.now() - refused < pauseMs))
    return undefined
  const written: SlotWrite[][] = []
  let overrides = input.overrides ?? {}
  try {
    for (const step of input.steps) {
      const diff = await trace(network, input, step, overrides)
      written.push(writesOf(diff))
      overrides = after(overrides, diff)
    }
    return written
  } catch (error) {
    if (!(error instanceof RpcError || error instanceof TransportError)) throw error
    if (error instanceof RpcError) refusedAtMs.set(network, performance.now())
    return undefined
  }
}

function trace(
  network: Caip2,
  { from, block }: TraceInput,
  step: SimulationStep,
  overrides: StateOverrides,
): Promise<Diff> {
  return readRpc<Diff>(network, 'debug_traceCall', [
    toRpc(from, step),
    block,
    { tracer: 'prestateTracer', tracerConfig: { diffMode: true }, stateOverrides: overrides },
  ])
}

/** Changed slots. A cleared slot appears only in `pre`. */
function writesOf({ pre, post }: Diff): SlotWrite[] {
  const accounts = [...new Set([...Object.keys(pre), ...Object.keys(post)])] as Hex[]
  return accounts
    .flatMap((account) => {
      const was = pre[account]?.storage ?? {}
      const is = post[account]?.storage ?? {}
      const slots = [...new Set([...Object.keys(was), ...Object.keys(is)])].toSorted() as Hex[]
      return slots.map((slot) => ({
        account: account.toLowerCase(),
        slot,
        before: was[slot] ?? zero,
        after: is[slot] ?? zero,
      }))
    })
    .filter(({ before, after: then }) => before !== then)
    .slice(0, writtenMax)
}

/** Overrides for the state after this diff. */
function after(overrides: StateOverrides, diff: Diff): StateOverrides {
  const next = { ...overrides }
  for (const [account, { balance, nonce, code }] of Object.entries(diff.post) as [Hex, Account][])
    next[account] = {
      ...next[account],
      ...(balance && { balance }),
      ...(nonce !== undefined && { nonce: numberToHex(nonce) }),
      ...(code && { code }),
    }
  for (const { account, slot, after: value } of writesOf(diff)) {
    const known = next[account as Hex]
    // A node accepts either the full storage or a part of it, not both.
    const field = known?.state ? 'state' : 'stateDiff'
    next[account as Hex] = { ...known, [field]: { ...known?.[field], [slot]: value } }
  }
  return next
}
