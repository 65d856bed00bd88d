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
 * Serves one request for one unit: reserves its price, calls the upstream, and charges when the answer begins. A metered price is known
 * after the answer only: then the most that the call can cost is reserved, and the counted price is charged. A failure costs nothing.
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
