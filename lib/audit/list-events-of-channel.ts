import type { Reader } from '../ctx'
import { sql } from '@/lib/db'
import { visible } from './event-where'
import { type EventRow, findEventRows, toEventRow, subjectEventsMax } from './event-rows'

/**
 * Events of a channel, oldest first, without its deliveries: the vouchers list those, and there may be millions. The newest
 * 500.
 */
export async function listEventsOfChannel(reader: Reader, channelId: string): Promise<EventRow[]> {
  const where = sql`${visible(reader, false)} AND e.channel_id = ${channelId} AND e.type <> 'channel.charged'`
  const rows = await findEventRows(where, 'newest', subjectEventsMax)
  return rows.toReversed().map(toEventRow)
}
