import { invalid, missing } from './errors'
import { newId } from './ids'
import { bankOf, cardOf, magicOf } from './magic'
import type { BillingDetails, PaymentMethod } from './objects'
import { listOf, own } from './wire'
import type { Call, Route, World } from './world'
import { emit } from './events'

export const noBilling: BillingDetails = { address: null, email: null, name: null, phone: null, tax_id: null }

/**
 * The payment method behind an id: one of the account, or a new one from the name of a test payment method.
 * @throws StripeFailure if it is neither, or another account's.
 */
export function resolveMethod(world: World, account: string, id: string, param = 'payment_method'): PaymentMethod {
  const { store } = world
  const magic = magicOf(id)
  if (magic)
    return store.insert('payment_method', account, {
      id: newId('pm'),
      object: 'payment_method',
      billing_details: noBilling,
      created: world.clock.now(),
      customer: null,
      livemode: false,
      metadata: {},
      type: magic.type,
      ...(magic.type === 'card' ? { card: cardOf(id) } : { us_bank_account: bankOf(id) }),
      _magic: id,
    })
  const row = store.row('payment_method', id)
  if (!row || row.account !== account) throw missing('PaymentMethod', id, param)
  return row.object
}

function createMethod(call: Call): unknown {
  const { params, world, account } = call
  const type = params.required('type')
  const token = params.child('card')?.text('token')
  const metadata = params.map('metadata') ?? {}
  params.ignore('billing_details', 'allow_redisplay')
  params.done()
  if (type !== 'card')
    throw invalid(`This server makes payment methods of type card only, not ${type}.`, { param: 'type' })
  // `tok_visa` and the like are the same cards under an older name.
  const name = token === undefined ? 'pm_card_visa' : token.replace(/^tok_/, 'pm_card_')
  if (!magicOf(name)) throw missing('token', token ?? '', 'card[token]')
  const { id } = resolveMethod(world, account, name)
  return world.store.update('payment_method', id, { metadata })
}

function attach(call: Call): unknown {
  const { params, world, account } = call
  const customer = own(call, 'customer', params.required('customer'), 'customer', 'customer')
  params.done()
  const method = resolveMethod(world, account, call.path.id ?? '')
  const attached = world.store.update('payment_method', method.id, { customer: customer.id })
  emit(world, account, 'payment_method.attached', attached)
  return attached
}

function createCustomer(call: Call): unknown {
  const { params, world, account } = call
  const [email, name, description] = [params.text('email'), params.text('name'), params.text('description')]
  const metadata = params.map('metadata') ?? {}
  const method = params.text('payment_method')
  params.ignore('address', 'phone', 'invoice_settings', 'tax', 'test_clock')
  params.done()
  const customer = world.store.insert('customer', account, {
    id: newId('cus'),
    object: 'customer',
    created: world.clock.now(),
    description: description ?? null,
    email: email ?? null,
    livemode: false,
    metadata,
    name: name ?? null,
  })
  if (method !== undefined)
    world.store.update('payment_method', resolveMethod(world, account, method).id, { customer: customer.id })
  emit(world, account, 'customer.created', customer)
  return customer
}

const retrieve = (kind: 'customer' | 'payment_method', what: string) => (call: Call) => {
  call.params.done()
  return own(call, kind, call.path.id ?? '', what)
}

export const methodRoutes: Route[] = [
  { method: 'POST', path: '/v1/payment_methods', run: createMethod },
  { method: 'GET', path: '/v1/payment_methods/:id', run: retrieve('payment_method', 'PaymentMethod') },
  { method: 'POST', path: '/v1/payment_methods/:id/attach', run: attach },
  {
    method: 'GET',
    path: '/v1/payment_methods',
    run(call) {
      const customer = call.params.text('customer')
      const type = call.params.text('type')
      return listOf(
        call,
        'payment_method',
        (method) =>
          (customer === undefined || method.customer === customer) && (type === undefined || method.type === type),
      )
    },
  },
  { method: 'POST', path: '/v1/customers', run: createCustomer },
  { method: 'GET', path: '/v1/customers', run: (call) => listOf(call, 'customer') },
  { method: 'GET', path: '/v1/customers/:id', run: retrieve('customer', 'customer') },
]
