import { cancel } from './capture'
import { bookLater } from './charge'
import type { DueTasks } from './clock'
import { endProcessing } from './confirm'
import { disputeDue, endDispute, escalate } from './disputes'
import { payOutDaily, payoutArrives } from './payouts'
import { refundFails, refundSucceeds } from './refunds'
import type { World } from './world'

/** What happens by itself at its time, in one transaction each. */
export function dueTasks(world: World): DueTasks {
  return {
    'authorisation.expires': (id) => {
      const row = world.store.row('payment_intent', id)
      if (row?.object.status === 'requires_capture') cancel(world, row.account, row.object, 'automatic')
    },
    'charge.booked': (id) => bookLater(world, id),
    'dispute.due': (id) => disputeDue(world, id),
    'dispute.lost': (id) => endDispute(world, id, 'lost'),
    'dispute.won': (id) => endDispute(world, id, 'won'),
    'inquiry.ends': (id) => endDispute(world, id, 'won'),
    'inquiry.escalates': (id) => escalate(world, id),
    'payout.arrives': (id) => payoutArrives(world, id),
    'payouts.daily': (account) => payOutDaily(world, account),
    'processing.fails': (id) => endProcessing(world, id, 'fails'),
    'processing.succeeds': (id) => endProcessing(world, id, 'succeeds'),
    'refund.fails': (id) => refundFails(world, id),
    'refund.succeeds': (id) => refundSucceeds(world, id),
  }
}
