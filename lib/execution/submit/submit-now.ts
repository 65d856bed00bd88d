import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { stayAlive } from '@/lib/db'
import { drive } from './drive'
import { noteDriven, takeOver } from '../in-process'
import { claimOne } from '../claim-one'

/** Many more at once would take the database's connections from everybody else; fewer would let one slow chain hold up others. */
const atOnce = 48

let driving = 0
const waiting: (() => void)[] = []

/**
 * Drives one queued transaction: lease, simulation, nonce and signature, stored attempt, broadcast. Returns when the node has
 * answered or nothing can be done now. Safe to call twice and from several processes: one of them holds the lease, the
 * others return at once; of very many, some wait for their turn. Never throws: what could not be done is done by `submitDue`.
 */
export function submitNow(ctx: Ctx, id: string): Promise<void> {
  const driving = driveNow(ctx, id)
  noteDriven(id, driving)
  return driving
}

async function driveNow(ctx: Ctx, id: string): Promise<void> {
  await enter()
  try {
    await stayAlive()
    const transaction = takeOver(id) ?? (await claimOne(id, 'submit'))
    if (transaction) await drive(ctx, transaction)
  } catch (error) {
    log().error({ err: error, transactionId: id, requestId: ctx.requestId }, 'a transaction could not be driven now')
  } finally {
    leave()
  }
}

/** Waits until fewer than `atOnce` are driven by this process, in the order of the calls. */
async function enter(): Promise<void> {
  if (driving < atOnce) driving++
  else await new Promise<void>((resolve) => waiting.push(resolve))
}

/** Whoever waits longest takes the place. */
function leave(): void {
  const next = waiting.shift()
  if (next) next()
  else driving--
}
