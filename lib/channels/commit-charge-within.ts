import { type Tx } from '@/lib/db'
import { countOutstanding, resyncLater } from './outstanding'
import { type Charge, type ChargedChannel, chargeStatement, isHoldLost, holdLost } from './charge-statement'

/**
 * The same as part of a transaction of somebody else's, so that both happen or neither does. `work` runs it and calls `commit`
 * in it; when it does not, or fails, nothing was charged. The hold is not the caller's any more in any case.
 * @throws whatever `work` does; AppError stale-state as above.
 */
export async function commitChargeWithin<Result>(
  charge: Charge,
  work: (commit: (tx: Tx) => Promise<ChargedChannel>) => Promise<Result>,
): Promise<Result> {
  let isCharged = false
  try {
    return await work(async (tx) => {
      const [charged] = await tx.query<ChargedChannel>(chargeStatement([charge]))
      if (!charged) throw new Error('a charge has no result')
      isCharged = true
      return charged
    })
  } catch (error) {
    isCharged = false
    throw isHoldLost(error) ? holdLost() : error
  } finally {
    if (!isCharged) resyncLater(charge.channelId)
    countOutstanding(charge.channelId, -charge.heldBase)
  }
}
