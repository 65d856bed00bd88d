import { type Tx } from '@/lib/db'
import { countOutstanding, resyncLater } from './outstanding'
import { type Charge, type ChargedChannel, chargeStatement, isHoldLost, holdLost } from './charge-statement'

/**
 * Commits a charge as part of another transaction: both happen, or neither does. `work` runs that transaction and calls
 * `commit` in it; if it does not, or throws, nothing is charged. The reservation ends in any case.
 * @throws every error of `work`; AppError stale-state as `commitCharge` does.
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
