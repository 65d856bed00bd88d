import { invalid, missing, refused } from './errors'
import { newId } from './ids'
import type { Metadata, Money } from './objects'
import type { TaxCalculation, TaxLine, TaxTransaction } from './platform-objects'
import type { Params } from './params'
import { percentageOf, rateOf, taxOn, type TaxRate } from './tax-rates'
import { own } from './wire'
import type { Call, Route, World } from './world'

const calculationSeconds = 90 * 86_400

function readCustomer(params: Params): TaxCalculation['customer_details'] {
  const details = params.child('customer_details')
  const address = details?.child('address')
  const source = details?.choice('address_source', ['billing', 'shipping'])
  const override = details?.choice('taxability_override', ['customer_exempt', 'none', 'reverse_charge'])
  details?.ignore('ip_address', 'tax_ids')
  const line = (name: string) => address?.unsettable(name) ?? null
  return {
    address: address && {
      city: line('city'),
      country: address.required('country'),
      line1: line('line1'),
      line2: line('line2'),
      postal_code: line('postal_code'),
      state: line('state'),
    },
    address_source: source ?? null,
    ip_address: null,
    tax_ids: [],
    taxability_override: override ?? 'none',
  }
}

type Reason = 'customer_exempt' | 'not_collecting' | 'reverse_charge' | 'standard_rated'

function reasonOf(
  { taxability_override: override }: TaxCalculation['customer_details'],
  rate: TaxRate | undefined,
): Reason {
  if (override !== 'none') return override
  return rate ? 'standard_rated' : 'not_collecting'
}

function readLine(item: Params, index: number, rate: TaxRate | undefined, reason: Reason): TaxLine {
  const amount = item.requiredInteger('amount')
  const behaviour = item.choice('tax_behavior', ['exclusive', 'inclusive']) ?? 'exclusive'
  const reference = item.text('reference') ?? `L${index + 1}`
  const code = item.text('tax_code') ?? 'txcd_10000000'
  const quantity = item.integer('quantity') ?? 1n
  const metadata = item.map('metadata') ?? null
  item.ignore('product', 'performance_location')
  const isTaxed = rate !== undefined && reason === 'standard_rated'
  return {
    id: newId('tax_li'),
    object: 'tax.calculation_line_item',
    amount,
    amount_tax: isTaxed ? taxOn(amount, rate, behaviour === 'inclusive') : 0n,
    livemode: false,
    metadata,
    performance_location: null,
    product: null,
    quantity,
    reference,
    tax_behavior: behaviour,
    tax_code: code,
  }
}

/** One line for each way in which the lines are taxed. */
function breakdown(
  lines: readonly TaxLine[],
  rate: TaxRate | undefined,
  country: string | null,
  reason: Reason,
): TaxCalculation['tax_breakdown'] {
  return (['exclusive', 'inclusive'] as const).flatMap((behaviour) => {
    const same = lines.filter(({ tax_behavior }) => tax_behavior === behaviour)
    if (same.length === 0) return []
    const sum = (field: 'amount' | 'amount_tax') => same.reduce((total, line) => total + line[field], 0n)
    const taxed = behaviour === 'inclusive' ? sum('amount') - sum('amount_tax') : sum('amount')
    return {
      amount: sum('amount_tax'),
      inclusive: behaviour === 'inclusive',
      tax_rate_details: {
        country,
        flat_amount: null,
        percentage_decimal: rate && reason === 'standard_rated' ? percentageOf(rate) : '0.0',
        rate_type: rate && reason === 'standard_rated' ? 'percentage' : null,
        state: rate?.state ?? null,
        tax_type: rate?.type ?? null,
      },
      taxability_reason: reason,
      taxable_amount: reason === 'standard_rated' ? taxed : 0n,
    }
  })
}

function calculate(call: Call): TaxCalculation {
  const { params, world, account } = call
  const currency = params.required('currency').toLowerCase()
  const items = params.children('line_items')
  const customer = readCustomer(params)
  const date = params.integer('tax_date')
  params.ignore('customer', 'ship_from_details', 'shipping_cost')
  const { address } = customer
  const rate = address ? rateOf(address.country, address.state) : undefined
  const reason = reasonOf(customer, rate)
  const lines = items.map((item, index) => readLine(item, index, rate, reason))
  params.done()
  if (lines.length === 0)
    throw invalid('Missing required param: line_items.', { code: 'parameter_missing', param: 'line_items' })
  if (!address)
    throw invalid("We could not determine the customer's tax location: customer_details[address] is missing.", {
      code: 'customer_tax_location_invalid',
    })
  const taxOf = (behaviour: TaxLine['tax_behavior']) =>
    lines.filter((line) => line.tax_behavior === behaviour).reduce((sum, line) => sum + line.amount_tax, 0n)
  const now = world.clock.now()
  return world.store.insert('tax_calculation', account, {
    id: newId('taxcalc'),
    object: 'tax.calculation',
    amount_total: lines.reduce((sum, { amount }) => sum + amount, 0n) + taxOf('exclusive'),
    currency,
    customer: null,
    customer_details: customer,
    expires_at: now + calculationSeconds,
    livemode: false,
    ship_from_details: null,
    shipping_cost: null,
    tax_amount_exclusive: taxOf('exclusive'),
    tax_amount_inclusive: taxOf('inclusive'),
    tax_breakdown: breakdown(lines, rate, address.country, reason),
    tax_date: Number(date ?? BigInt(now)),
    _lines: lines,
  })
}

/** A calculation that a payment may use. @throws StripeFailure if there is none, or its 90 days are over. */
export function calculationFor(call: Call, id: string, param = 'hooks[inputs][tax][calculation]'): TaxCalculation {
  const row = call.world.store.row('tax_calculation', id)
  if (!row || row.account !== call.account) throw missing('tax calculation', id, param)
  if (row.object.expires_at <= call.world.clock.now())
    throw refused(`The tax calculation ${id} has expired.`, { code: 'tax_calculation_expired', param })
  return row.object
}

type Commit = { reference: string; metadata?: Metadata; param?: string }

/** Makes a calculation a part of the tax reports. @throws StripeFailure if the reference has one already. */
export function commitTax(
  world: World,
  account: string,
  calculation: TaxCalculation,
  { reference, metadata = {} }: Commit,
): TaxTransaction {
  const { store, clock } = world
  assertNewReference(world, account, reference)
  return store.insert('tax_transaction', account, {
    id: newId('tax'),
    object: 'tax.transaction',
    created: clock.now(),
    currency: calculation.currency,
    customer: null,
    customer_details: calculation.customer_details,
    livemode: false,
    metadata,
    posted_at: clock.now(),
    reference,
    reversal: null,
    ship_from_details: null,
    shipping_cost: null,
    tax_date: calculation.tax_date,
    type: 'transaction',
    _lines: calculation._lines.map((line) => transactionLine(line, line.amount, line.amount_tax)),
  })
}

function assertNewReference(world: World, account: string, reference: string): void {
  if (world.store.all('tax_transaction', account).some((one) => one.reference === reference))
    throw refused(`A tax transaction with the reference ${reference} exists already.`, {
      code: 'taxes_calculation_failed',
      param: 'reference',
    })
}

const transactionLine = (line: TaxLine, amount: Money, tax: Money): TaxLine => ({
  ...line,
  id: newId('tax_li'),
  object: 'tax.transaction_line_item',
  amount,
  amount_tax: tax,
  ...(line.object === 'tax.transaction_line_item' && { reversal: { original_line_item: line.id } }),
})

/** Takes back all of a transaction, or this much of it with its tax, spread over the lines. @param total tax included, above 0. */
export function reverseTax(
  world: World,
  account: string,
  original: TaxTransaction,
  { reference, metadata = {}, total }: Commit & { total?: Money },
): TaxTransaction {
  const { store, clock } = world
  assertNewReference(world, account, reference)
  const gross = (line: TaxLine) => line.amount + (line.tax_behavior === 'exclusive' ? line.amount_tax : 0n)
  const whole = original._lines.reduce((sum, line) => sum + gross(line), 0n)
  const share = (amount: Money) =>
    total === undefined || whole === 0n ? amount : (amount * total + whole / 2n) / whole
  return store.insert('tax_transaction', account, {
    ...original,
    id: newId('tax'),
    created: clock.now(),
    metadata,
    posted_at: clock.now(),
    reference,
    reversal: { original_transaction: original.id },
    type: 'reversal',
    _lines: original._lines.map((line) => transactionLine(line, -share(line.amount), -share(line.amount_tax))),
  })
}

/** Stripe takes the tax of a refund back by itself where it committed it by itself. */
export function reverseTaxOfRefund(
  world: World,
  account: string,
  intent: string,
  refund: { id: string; amount: Money },
): void {
  const committed = world.store
    .all('tax_transaction', account)
    .find((one) => one.reference === intent && one.type === 'transaction')
  if (committed) reverseTax(world, account, committed, { reference: refund.id, total: refund.amount })
}

function createReversal(call: Call): TaxTransaction {
  const { params, world, account } = call
  const mode = params.choice('mode', ['full', 'partial'])
  const original = own(
    call,
    'tax_transaction',
    params.required('original_transaction'),
    'tax transaction',
    'original_transaction',
  )
  const reference = params.required('reference')
  const flat = params.integer('flat_amount')
  const metadata = params.map('metadata') ?? {}
  params.done()
  if (mode === 'partial' && (flat === undefined || flat >= 0n))
    throw invalid('A partial reversal needs a negative flat_amount here; reversals line by line are not built.', {
      param: 'flat_amount',
    })
  return reverseTax(world, account, original, {
    reference,
    metadata,
    ...(mode === 'partial' && flat !== undefined && { total: -flat }),
  })
}

const lines = (kind: 'tax_calculation' | 'tax_transaction', what: string) => (call: Call) => {
  call.params.ignore('limit', 'starting_after', 'ending_before')
  call.params.done()
  const { _lines: data } = own(call, kind, call.path.id ?? '', what)
  return { object: 'list', data, has_more: false, url: call.url }
}

const retrieve = (kind: 'tax_calculation' | 'tax_transaction', what: string) => (call: Call) => {
  call.params.done()
  return own(call, kind, call.path.id ?? '', what)
}

export const taxRoutes: Route[] = [
  { method: 'POST', path: '/v1/tax/calculations', run: calculate },
  { method: 'GET', path: '/v1/tax/calculations/:id', run: retrieve('tax_calculation', 'tax calculation') },
  { method: 'GET', path: '/v1/tax/calculations/:id/line_items', run: lines('tax_calculation', 'tax calculation') },
  {
    method: 'POST',
    path: '/v1/tax/transactions/create_from_calculation',
    run(call) {
      const calculation = calculationFor(call, call.params.required('calculation'), 'calculation')
      const reference = call.params.required('reference')
      const metadata = call.params.map('metadata') ?? {}
      call.params.ignore('posted_at')
      call.params.done()
      return commitTax(call.world, call.account, calculation, { reference, metadata })
    },
  },
  { method: 'POST', path: '/v1/tax/transactions/create_reversal', run: createReversal },
  { method: 'GET', path: '/v1/tax/transactions/:id', run: retrieve('tax_transaction', 'tax transaction') },
  { method: 'GET', path: '/v1/tax/transactions/:id/line_items', run: lines('tax_transaction', 'tax transaction') },
]
