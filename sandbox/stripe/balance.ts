import type { BalanceTransaction, Money } from './objects'
import { listOf, own } from './wire'
import type { Call, Route, World } from './world'

type Side = 'available' | 'pending'

/** The sums of an account by currency: what can be paid out now, and what is on its way. */
export function balanceOf(world: World, account: string): Map<string, Record<Side, Money>> {
  const sums = new Map<string, Record<Side, Money>>()
  const now = world.clock.now()
  for (const { available_on: availableOn, currency, net } of world.store.all('balance_transaction', account)) {
    const sum = sums.get(currency) ?? { available: 0n, pending: 0n }
    sum[availableOn <= now ? 'available' : 'pending'] += net
    sums.set(currency, sum)
  }
  if (sums.size === 0) sums.set('usd', { available: 0n, pending: 0n })
  return sums
}

/** The `balance` of an account. */
export function balanceObject(world: World, account: string): Record<string, unknown> {
  const sums = [...balanceOf(world, account)]
  const side = (name: Side) =>
    sums.map(([currency, sum]) => ({ amount: sum[name], currency, source_types: { card: sum[name] } }))
  return {
    object: 'balance',
    available: side('available'),
    livemode: false,
    pending: side('pending'),
    refund_and_dispute_prefunding: { available: [], pending: [] },
  }
}

function retrieve({ params, world, account }: Call): unknown {
  params.done()
  return balanceObject(world, account)
}

function list(call: Call): unknown {
  const { params } = call
  const wanted = {
    currency: params.text('currency'),
    source: params.text('source'),
    type: params.text('type'),
    _payout: params.text('payout'),
  }
  params.ignore('available_on')
  return listOf(call, 'balance_transaction', (entry: BalanceTransaction) =>
    Object.entries(wanted).every(
      ([field, value]) => value === undefined || entry[field as keyof BalanceTransaction] === value,
    ),
  )
}

export const balanceRoutes: Route[] = [
  { method: 'GET', path: '/v1/balance', run: retrieve },
  // The old address of the same list.
  { method: 'GET', path: '/v1/balance/history', run: list },
  { method: 'GET', path: '/v1/balance_transactions', run: list },
  {
    method: 'GET',
    path: '/v1/balance_transactions/:id',
    run(call) {
      call.params.done()
      return own(call, 'balance_transaction', call.path.id ?? '', 'balance transaction')
    },
  },
]
