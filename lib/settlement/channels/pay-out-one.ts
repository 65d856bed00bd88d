import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { BatchSettlement, Chain, readReceiver } from '@/lib/chains'
import { db, sql, withTransaction, type Sql, type Tx } from '@/lib/db'
import { enqueueTransaction, submitNow } from '@/lib/execution'
import {
  askFacilitator,
  distrustFacilitator,
  findClaimRoute,
  type ClaimRoute,
  takeTrial,
  type RouteCandidate,
  Codec,
} from '@/lib/remote-facilitators'
import { type OwedPayout, isOf, againMs, askMsMax } from './OwedPayout'

/** How often a payee is checked while nothing is owed, and after every facilitator has refused. */
const idleMs = 60_000

const tryMsMax = 10 * 60_000

/** How many blocks to wait for a payout before another facilitator is asked. */
const blocksMax = 4

const waitMsMin = 5_000

/** Never throws: what fails now is retried when the row is due again. */
export async function payOutOne(ctx: Ctx, owed: OwedPayout): Promise<void> {
  try {
    const dueMs = await look(ctx, owed)
    await write(owed, sql`due_at = now() + make_interval(secs => ${dueMs / 1000})`)
  } catch (error) {
    log().warn({ err: error, payee: owed.payee }, 'what was claimed could not be paid out yet')
  }
}

/** @returns the delay before the next look, ms. */
async function look(ctx: Ctx, owed: OwedPayout): Promise<number> {
  const { merchantId, network, payee, asset, askedAgoMs } = owed
  const { claimedBase, paidOutBase } = await readReceiver(network, { receiver: payee, token: asset })
  if (claimedBase <= paidOutBase) return rest(owed)
  await write(owed, sql`owed_since = coalesce(owed_since, now())`)
  if (owed.isOnItsWay) return againMs
  // A facilitator that completed its payout is asked first for later claims too.
  const isDone = owed.askedBase !== null && paidOutBase >= owed.askedBase
  const askedId = isDone ? null : owed.askedId
  const waitMs = Math.max(waitMsMin, blocksMax * Chain.get(network).blockTimeMs)
  if (askedId !== null && askedAgoMs !== null && askedAgoMs < waitMs) return waitMs - askedAgoMs
  if (askedId !== null && owed.saidPaid)
    await distrustFacilitator(askedId, 'It says that it paid out what was claimed, and the chain does not show it.')
  const route = await findClaimRoute(merchantId, network)
  for (const candidate of after(route, askedId)) if (await requestPayout(owed, candidate, claimedBase)) return waitMs
  if (route && !route.local) {
    await write(owed, sql`${forgotten}, tries = tries + 1`)
    return Math.min(tryMsMax, againMs * 2 ** owed.tries)
  }
  // A facilitator may have refused because it was already paid out.
  const now = await readReceiver(network, { receiver: payee, token: asset })
  return now.claimedBase > now.paidOutBase ? payOutOurselves(ctx, owed) : rest(owed)
}

async function payOutOurselves(ctx: Ctx, owed: OwedPayout): Promise<number> {
  const { network, payee, asset } = owed
  const to = BatchSettlement.address
  const data = BatchSettlement.settleData({ receiver: payee, token: asset }, [], [])
  const call = { kind: 'call' as const, network, purpose: 'settlement' as const, to, data, value: 0n }
  const id = await withTransaction(async (tx) => {
    const queued = await enqueueTransaction(tx, ctx, call)
    await write(owed, sql`${forgotten}, transaction_id = ${queued.id}::uuid`, tx)
    return queued.id
  })
  await submitNow(ctx, id)
  return againMs
}

const forgotten = sql`asked_id = NULL, asked_at = NULL, asked_base = NULL, said_paid = false`

/** The facilitators after the last one that was asked. */
function after(route: ClaimRoute | undefined, askedId: string | null): readonly RouteCandidate[] {
  const candidates = route?.candidates ?? []
  return candidates.slice(candidates.findIndex(({ facilitator }) => facilitator.id === askedId) + 1)
}

/**
 * True if the facilitator did not refuse the payout request. Its answer changes only its trust score; the chain
 * decides.
 */
async function requestPayout(
  owed: OwedPayout,
  { facilitator, state }: RouteCandidate,
  claimedBase: bigint,
): Promise<boolean> {
  if (state === 'half-open' && !(await takeTrial(facilitator))) return false
  await write(
    owed,
    sql`asked_id = ${facilitator.id}::uuid, asked_at = now(), asked_base = ${claimedBase}, said_paid = false`,
  )
  const reply = await askFacilitator(
    facilitator,
    { kind: 'settle', body: Codec.toPayout(owed) },
    (answer) => Codec.readSettle(answer, owed.network).kind !== 'silent',
    Math.min(askMsMax, facilitator.timeoutMs),
  )
  if (reply.kind === 'unsent') return false
  const reported = reply.kind === 'answered' ? Codec.readSettle(reply.answer, owed.network).kind : 'silent'
  if (reported === 'claimed') await write(owed, sql`said_paid = true`)
  return reported !== 'refused'
}

/** Nothing is owed. The row is checked now and then, and deleted when no claim can follow any more. */
async function rest(owed: OwedPayout): Promise<number> {
  await write(owed, sql`${forgotten}, owed_since = NULL, tries = 0, transaction_id = NULL`)
  await db.execute(sql`DELETE FROM channel_payout WHERE ${isOf(owed)} AND watch_until < now()`)
  return idleMs
}

async function write(owed: OwedPayout, change: Sql, using: Tx = db): Promise<void> {
  await using.execute(sql`UPDATE channel_payout SET ${change} WHERE ${isOf(owed)}`)
}
