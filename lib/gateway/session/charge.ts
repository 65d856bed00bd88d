import { log } from '../../log'
import { commitCharge, type Charge } from '@/lib/channels'
import { giveBackBudget } from '@/lib/payers'
import { toPurchase } from './BudgetedRequest'
import type { ChannelRequest } from './ChannelRequest'

/**
 * The charge of a request that succeeded. It releases a hold of the same amount; set `heldBase` if the hold is larger.
 */
export function toCharge(
  { pricedRequest, known, terms, voucher }: ChannelRequest,
  { chargedBase, units, status }: { chargedBase: bigint; units: bigint; status?: number },
): Charge {
  return {
    channelId: known.id,
    merchantId: known.merchantId,
    resourceId: pricedRequest.resource.id,
    network: terms.network,
    asset: terms.asset,
    requestId: pricedRequest.ctx.requestId,
    heldBase: chargedBase,
    chargedBase,
    units,
    voucher,
    upstreamStatus: status,
    failed: false,
  }
}

/**
 * Releases reserved credit without a charge. Never throws: if the database fails, the task `release-holds` releases it
 * later.
 */
export async function releaseCredit(session: ChannelRequest, heldBase: bigint): Promise<void> {
  await giveBackBudget(toPurchase(session, heldBase))
  await commitCharge({ ...toCharge(session, { chargedBase: 0n, units: 0n }), heldBase, failed: true }).catch(
    (error: unknown) =>
      log().warn({ err: error, channelId: session.known.id }, 'reserved credit could not be released yet'),
  )
}
