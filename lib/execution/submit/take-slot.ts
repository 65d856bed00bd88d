import type { Ctx } from '../../ctx'
import { writeAudited, type AuditedWrite } from '@/lib/audit'
import { sql, withTransaction, type WritePart, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** The signer whose nonces are used. */
export type Lane = { network: Caip2; signer: string }

/** `lost`: the transaction may not proceed any more. `full`: the lane has as many in flight as it may. */
export type SlotRefusal = 'lost' | 'full' | 'no lane'

/** The next nonce as this process knows it, and the last of its callers in the queue. */
type Taking = { next?: bigint; last: Promise<unknown> }

/** A caller that waits longer than this for its turn locks the lane, like another process would. */
const turnMs = 2_000

const lanes = new Map<string, Taking>()

/**
 * Takes a lane's next nonce together with what `write` makes of it, in one database transaction, so a taken nonce
 * always has its bytes. A process that took the nonce before writes in one statement, which holds only if no other
 * process took one since. Else the signer's row, which is the counter, is locked first and the transactions in flight
 * are counted after that, so that no two count the same room. `write` signs; it may be called again with another nonce,
 * and the earlier signature is then never stored or sent.
 */
export async function takeSlot(ctx: Ctx, signer: Lane, write: Write): Promise<bigint | SlotRefusal> {
  const key = `${signer.network}|${signer.signer}`
  const lane: Taking = lanes.get(key) ?? { last: Promise.resolve() }
  lanes.set(key, lane)
  const before = lane.last
  const slot = turnAfter(before).then(() => take(ctx, signer, lane, write))
  lane.last = slot.catch(() => undefined)
  return slot
}

/** One caller after the other: each knows the next nonce, and none blocks a connection while it waits for a lock. */
async function turnAfter(before: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, turnMs)))
  await Promise.race([before, patience])
  clearTimeout(timer)
}

async function take(ctx: Ctx, signer: Lane, lane: Taking, write: Write): Promise<bigint | SlotRefusal> {
  const slot = (await takeExpected(ctx, signer, lane, write)) ?? (await takeLocked(ctx, signer, write))
  if (typeof slot === 'bigint' && (lane.next === undefined || lane.next <= slot)) lane.next = slot + 1n
  return slot
}

type Write = (nonce: bigint) => AuditedWrite

/** Undefined if another process has taken a nonce since, or the lane is full. */
async function takeExpected(ctx: Ctx, signer: Lane, lane: Taking, write: Write): Promise<bigint | 'lost' | undefined> {
  const { next } = lane
  if (next === undefined) return undefined
  delete lane.next
  const { isWritten, missing } = await writeAudited(ctx, inSlot(signer, next, write))
  if (isWritten) return next
  return missing.some((at) => at > 0) ? 'lost' : undefined
}

function takeLocked(ctx: Ctx, { network, signer }: Lane, write: Write): Promise<bigint | SlotRefusal> {
  return withTransaction(async (tx) => {
    const [locked] = await tx.query<{ nonce: bigint }>(sql`
      SELECT next_nonce AS nonce FROM signer WHERE network = ${network} AND address = ${signer} FOR UPDATE`)
    if (!locked) return 'no lane'
    const { isWritten, missing } = await writeAudited(ctx, inSlot({ network, signer }, locked.nonce, write), tx)
    if (isWritten) return locked.nonce
    return missing.some((at) => at > 0) ? 'lost' : 'full'
  })
}

function inSlot(signer: Lane, nonce: bigint, write: Write): AuditedWrite {
  const { parts, events } = write(nonce)
  return { parts: [slotPart(signer, nonce), ...parts], events }
}

/** Reads the newest row after the lock: if it still has this nonce, none was taken since the statement began. */
function slotPart({ network, signer }: Lane, nonce: bigint): WritePart {
  const isRoom: Sql = sql`(SELECT in_flight_max FROM lane) > (
    SELECT count(*) FROM transaction t
    WHERE t.network = ${network} AND t.signer = ${signer} AND t.nonce IS NOT NULL
      AND t.status IN ('queued', 'signed', 'submitted', 'held'))`
  return {
    locks: sql`
      lane AS (
        SELECT in_flight_max FROM signer
        WHERE network = ${network} AND address = ${signer} AND next_nonce = ${nonce} FOR UPDATE)`,
    holds: isRoom,
    writes: (when) => sql`
      slot AS (
        UPDATE signer SET next_nonce = next_nonce + 1
        WHERE network = ${network} AND address = ${signer} AND next_nonce = ${nonce} AND ${when})`,
  }
}
