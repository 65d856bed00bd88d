import { cancel } from './capture'
import { bookLater } from './charge'
import type { DueTasks } from './clock'
import { endProcessing } from './confirm'
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
    'processing.fails': (id) => endProcessing(world, id, 'fails'),
    'processing.succeeds': (id) => endProcessing(world, id, 'succeeds'),
    'refund.fails': (id) => refundFails(world, id),
    'refund.succeeds': (id) => refundSucceeds(world, id),
  }
}
