import { log } from '../log'
import { db, processId, sql } from '@/lib/db'

/**
 * What the requests of this process hold of each channel, or may hold because a statement is running. The database has the same
 * sum in channel_hold; the two differ only after a connection broke in the middle of a write.
 */
const outstanding = new Map<string, bigint>()
const waiting = new Set<string>()
const running = new Map<string, Promise<void>>()
const retryEveryMs = 1_000

/** Counts an amount from before its statement is sent until it is refused or its delivery ends. */
export function countOutstanding(channelId: string, amountBase: bigint): void {
  const sum = (outstanding.get(channelId) ?? 0n) + amountBase
  if (sum === 0n) outstanding.delete(channelId)
  else outstanding.set(channelId, sum)
}

/** Resolves when no resync of the channel runs: a reservation that is made during one would look like a lost one. */
export function untilInSync(channelId: string): Promise<void> | undefined {
  return running.get(channelId)
}

/**
 * After a write with an unknown outcome: once no request of this process holds anything of the channel, releases what the
 * database still shows as held by this process. Until then the agent has less credit, never more.
 */
export function resyncLater(channelId: string): void {
  if (waiting.has(channelId)) return
  waiting.add(channelId)
  setTimeout(() => {
    waiting.delete(channelId)
    if (outstanding.has(channelId)) return resyncLater(channelId)
    running.set(
      channelId,
      resync(channelId).finally(() => running.delete(channelId)),
    )
  }, retryEveryMs).unref()
}

async function resync(channelId: string): Promise<void> {
  try {
    await db.execute(sql`
      WITH locked AS (SELECT id FROM channel WHERE id = ${channelId} FOR NO KEY UPDATE),
        hold AS (
          DELETE FROM channel_hold h USING locked WHERE h.channel_id = locked.id AND h.owner_id = ${processId}::uuid
          RETURNING h.channel_id, h.amount_base)
      UPDATE channel c SET reserved_base = c.reserved_base - hold.amount_base FROM hold WHERE c.id = hold.channel_id`)
  } catch (error) {
    log().warn({ err: error, channelId }, 'what this process holds of a channel could not be checked yet')
    resyncLater(channelId)
  }
}
