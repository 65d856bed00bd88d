import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { stayAlive } from '@/lib/db'
import { drive } from './drive'
import { noteDriven, takeOver } from '../in-process'
import { claimOne } from '../claim-one'

/** Many more at once would use up the database's connections; fewer would let one slow chain delay the others. */
const atOnce = 48

let driving = 0
const waiting: (() => void)[] = []

/**
 * Drives one queued transaction: lease, simulation, nonce and signature, stored attempt, broadcast. Returns when the
 * node has answered or nothing more can be done now. Idempotent, also across processes: one holds the lease, the others
 * return at once; beyond `atOnce`, callers wait for their turn. Never throws: `submitDue` does what failed here.
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

/** Waits until this process drives fewer than `atOnce`, first come, first served. */
async function enter(): Promise<void> {
  if (driving < atOnce) driving++
  else await new Promise<void>((resolve) => waiting.push(resolve))
}

/** The longest waiting caller takes the place. */
function leave(): void {
  const next = waiting.shift()
  if (next) next()
  else driving--
}
