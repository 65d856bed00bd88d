import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { claimEvents, endEvent, type RailEvent } from '@/lib/rails'
import { takeEvent } from './take-event'

/**
 * Works on webhooks of parties off chain. An event says only that an object changed, so events may come twice, late and in any
 * order. Safe to run in any process at any time.
 * @returns the number of events looked at.
 */
export async function takeEvents(ctx: Ctx): Promise<number> {
  const events = await claimEvents()
  for (const event of events) {
    if (ctx.isLate()) break
    await take(ctx, event)
  }
  return events.length
}

async function take(ctx: Ctx, event: RailEvent): Promise<void> {
  try {
    await takeEvent(ctx, event)
    await endEvent(event.id)
  } catch (error) {
    log().warn({ err: error, eventId: event.id, type: event.type }, 'a webhook could not be worked on yet')
    await endEvent(event.id, error instanceof Error ? error.message : String(error))
  }
}
