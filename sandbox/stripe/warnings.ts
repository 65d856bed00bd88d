import { emit, previously } from './events'
import { newId } from './ids'
import type { Charge, EarlyFraudWarning } from './objects'
import { listOf, own } from './wire'
import type { Route, World } from './world'

/** The issuer suspects fraud: a refund now spares the dispute. */
export function warn(world: World, account: string, charge: Charge): EarlyFraudWarning {
  const warning = world.store.insert('early_fraud_warning', account, {
    id: newId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: world.clock.now(),
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    payment_intent: charge.payment_intent,
  })
  emit(world, account, 'radar.early_fraud_warning.created', warning)
  return warning
}

/** After a full refund or a dispute there is nothing left to do about a warning. */
export function settleWarnings(world: World, account: string, charge: string): void {
  for (const warning of world.store.all('early_fraud_warning', account)) {
    if (warning.charge !== charge || !warning.actionable) continue
    const settled = world.store.update('early_fraud_warning', warning.id, { actionable: false })
    emit(world, account, 'radar.early_fraud_warning.updated', settled, previously(warning, 'actionable'))
  }
}

export const warningRoutes: Route[] = [
  {
    method: 'GET',
    path: '/v1/radar/early_fraud_warnings',
    run(call) {
      const [charge, intent] = [call.params.text('charge'), call.params.text('payment_intent')]
      return listOf(
        call,
        'early_fraud_warning',
        (warning) =>
          (charge === undefined || warning.charge === charge) &&
          (intent === undefined || warning.payment_intent === intent),
      )
    },
  },
  {
    method: 'GET',
    path: '/v1/radar/early_fraud_warnings/:id',
    run(call) {
      call.params.done()
      return own(call, 'early_fraud_warning', call.path.id ?? '', 'early_fraud_warning')
    },
  },
]
