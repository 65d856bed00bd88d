import { failpoint } from '../../failpoint'
import { callUpstream } from '../call-upstream'
import type { GatewayAnswer } from '../GatewayAnswer'
import type { UpstreamAnswer } from '../Upstream'
import { withConsequence } from '../with-consequence'
import type { ChannelRequest } from './ChannelRequest'
import { chargeUnit } from './charge-unit'
import { releaseCredit } from './charge'
import { holdCredit } from './hold-credit'

/**
 * Serves one request for one unit: reserves its price, calls the upstream, and charges when the answer begins. For a
 * metered price it reserves the maximum, and charges the counted price after the answer. A failure costs nothing.
 * @throws AppError of the channel and the upstream.
 */
export async function serveUnit(session: ChannelRequest): Promise<GatewayAnswer> {
  const { pricedRequest, terms } = session
  await holdCredit(session, terms.priceBase)
  failpoint('after-claim')
  let sent: UpstreamAnswer
  try {
    sent = await callUpstream(pricedRequest, true)
  } catch (error) {
    await releaseCredit(session, terms.priceBase)
    throw withConsequence(error, 'You were not charged.')
  }
  return chargeUnit(session, sent)
}
