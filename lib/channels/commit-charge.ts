import { db, prepared } from '@/lib/db'
import { groupCommit } from './group-commit'
import { countOutstanding, resyncLater } from './outstanding'
import { type Charge, type ChargedChannel, chargeStatement, isHoldLost, holdLost } from './charge-statement'

const groupMax = 256

/**
 * Ends a delivery: releases its reservation and charges what was delivered. One statement writes the channel, its voucher, the
 * ledger and the audit event for all deliveries that end at the same moment. When this returns, the charge is durable; only
 * then may an answer begin.
 * @throws AppError stale-state if this process counted as dead and its reservations were released; unavailable if the database
 *   cannot be reached. Then nothing may be delivered. The reservation ends in any case: what is left of it is released later.
 */
export async function commitCharge(charge: Charge): Promise<ChargedChannel> {
  try {
    return await commit(charge)
  } catch (error) {
    resyncLater(charge.channelId)
    throw error
  } finally {
    countOutstanding(charge.channelId, -charge.heldBase)
  }
}

const commit = groupCommit<Charge, ChargedChannel>(writeGroup, groupMax)

/** Writes the group in one statement. If the reservations of one channel are gone, each channel gets its own statement. */
async function writeGroup(group: readonly Charge[]): Promise<readonly (ChargedChannel | Error)[]> {
  try {
    return await write(group)
  } catch (error) {
    if (!isHoldLost(error)) throw error
    const ids = [...new Set(group.map(({ channelId }) => channelId))]
    if (ids.length === 1) return group.map(holdLost)
    const results = new Map<Charge, ChargedChannel | Error>()
    for (const id of ids) {
      const charges = group.filter(({ channelId }) => channelId === id)
      const written = await writeGroup(charges)
      charges.forEach((charge, index) => results.set(charge, written[index] ?? new Error('a charge has no result')))
    }
    return group.map((charge) => results.get(charge) ?? new Error('a charge has no result'))
  }
}

async function write(group: readonly Charge[]): Promise<readonly (ChargedChannel | Error)[]> {
  const rows = await db.query<ChargedChannel & { id: string }>(prepared('commit-charge', chargeStatement(group)))
  const byId = new Map(rows.map(({ id, ...charged }) => [id, charged]))
  return group.map(({ channelId }) => byId.get(channelId) ?? new Error('a charge has no result'))
}
