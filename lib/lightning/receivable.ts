import type { LightningNode, NodeCtx } from './LightningNode'

/** How long a balance counts as the one of now: every 402 with a Lightning offer asks. */
const reusedMs = 5_000
/** A node that did not answer is not asked again by the next 402. */
const silentMs = 2_000

/** Remembers what a node can receive. Callers that come together share one question. */
export function receivableOf(readBalance: LightningNode['readBalance']): LightningNode['canReceive'] {
  let known: { untilMs: number; receivableSat: Promise<bigint | undefined> } | undefined
  return async (ctx: NodeCtx, amountSat: bigint) => {
    if (known === undefined || known.untilMs <= ctx.now()) {
      const reading = readBalance({ now: ctx.now }).then(
        (balance) => balance.receivableSat,
        () => undefined,
      )
      const entry = { untilMs: ctx.now() + reusedMs, receivableSat: reading }
      known = entry
      void reading.then((receivableSat) => {
        if (receivableSat === undefined) entry.untilMs = ctx.now() + silentMs
      })
    }
    const receivableSat = await known.receivableSat
    return receivableSat !== undefined && receivableSat >= amountSat
  }
}
