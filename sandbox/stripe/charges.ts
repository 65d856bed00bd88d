import { emit } from './events'
import { mergeMetadata } from './intents'
import { listOf, own } from './wire'
import type { Route } from './world'

export const chargeRoutes: Route[] = [
  {
    method: 'GET',
    path: '/v1/charges',
    run(call) {
      const intent = call.params.text('payment_intent')
      const customer = call.params.text('customer')
      const group = call.params.text('transfer_group')
      return listOf(
        call,
        'charge',
        (charge) =>
          (intent === undefined || charge.payment_intent === intent) &&
          (customer === undefined || charge.customer === customer) &&
          (group === undefined || charge.transfer_group === group),
      )
    },
  },
  {
    method: 'GET',
    path: '/v1/charges/:id',
    run(call) {
      call.params.done()
      return own(call, 'charge', call.path.id ?? '', 'charge')
    },
  },
  {
    method: 'POST',
    path: '/v1/charges/:id',
    run(call) {
      const charge = own(call, 'charge', call.path.id ?? '', 'charge')
      const metadata = call.params.map('metadata')
      const fraud = call.params.child('fraud_details')?.choice('user_report', ['fraudulent', 'safe'])
      call.params.done()
      const updated = call.world.store.update('charge', charge.id, {
        ...(metadata && { metadata: mergeMetadata(charge.metadata, metadata) }),
        ...(fraud !== undefined && { fraud_details: { user_report: fraud } }),
      })
      emit(call.world, call.account, 'charge.updated', updated)
      return updated
    },
  },
]
