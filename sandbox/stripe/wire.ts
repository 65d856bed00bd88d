import { invalid, missing } from './errors'
import type { Kind, Objects } from './kinds'
import type { Row } from './store'
import type { Call, World } from './world'

/** An object of Stripe as it leaves: no field of ours, amounts as integers, and what depends on the time filled in. */
export function toWire(world: World, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map((item) => toWire(world, item))
  if (typeof value !== 'object' || value === null) return value
  // Each event of a payment comes through here: a plain loop is several times faster than lists of entries.
  const wire: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value))
    if (!name.startsWith('_') && field !== undefined) wire[name] = toWire(world, field)
  if (wire.object === 'balance_transaction')
    wire.status = Number(wire.available_on) <= world.clock.now() ? 'available' : 'pending'
  // A dispute shows its entries whole.
  if (wire.object === 'dispute' && '_transactions' in value)
    wire.balance_transactions = (value._transactions as string[]).map((id) =>
      toWire(world, world.store.get('balance_transaction', id)),
    )
  return wire
}

/** The object of this account. @throws StripeFailure `resource_missing`, as for objects of other accounts. */
export function own<Name extends Kind>(
  call: Call,
  kind: Name,
  id: string,
  what: string = kind,
  param = 'id',
): Objects[Name] {
  const row = call.world.store.row(kind, id)
  if (!row || row.account !== call.account) throw missing(what, id, param)
  return row.object
}

type Listed = { created: number; id: string }

/** A page of a list, newest first, with Stripe's paging and its filter on `created`. Reads the last parameters. */
export function listOf<Name extends Kind>(
  call: Call,
  kind: Name,
  matches: (object: Objects[Name]) => boolean = () => true,
): unknown {
  const { params, world } = call
  const page = readPage(call)
  const created = readRange(call, 'created')
  params.done()
  const rows: Row<Name>[] = world.store
    .rows(kind)
    .filter((row) => row.account === call.account && created((row.object as Listed).created) && matches(row.object))
    .toReversed()
  return pageOf(
    call,
    rows.map(({ object }) => object),
    page,
  )
}

export type Page = { limit: number; after: string | undefined; before: string | undefined }

export function readPage({ params }: Call): Page {
  const limit = Number(params.integer('limit') ?? 10n)
  if (limit < 1 || limit > 100)
    throw invalid(limit < 1 ? 'Limit must be at least 1' : 'Limit must be less than or equal to 100', {
      param: 'limit',
    })
  return { limit, after: params.text('starting_after'), before: params.text('ending_before') }
}

/** @param objects newest first. */
export function pageOf(call: Call, objects: readonly { id: string }[], { limit, after, before }: Page): unknown {
  const at = (id: string, param: string) => {
    const index = objects.findIndex((object) => object.id === id)
    if (index < 0) throw missing('object', id, param)
    return index
  }
  const begin = after === undefined ? 0 : at(after, 'starting_after') + 1
  const end = before === undefined ? objects.length : at(before, 'ending_before')
  const from = before === undefined ? begin : Math.max(0, end - limit)
  const data = objects.slice(from, Math.min(end, from + limit))
  const hasMore = before === undefined ? from + data.length < end : from > 0
  return { object: 'list', data, has_more: hasMore, url: call.url }
}

/** A filter such as `created=5` or `created[gte]=5&created[lt]=9`. */
export function readRange({ params }: Call, name: string): (value: number) => boolean {
  let range
  try {
    range = params.child(name)
  } catch {
    const exact = Number(params.integer(name))
    return (value) => value === exact
  }
  if (!range) return () => true
  const [gt, gte, lt, lte] = ['gt', 'gte', 'lt', 'lte']
    .map((bound) => range.integer(bound))
    .map((bound) => (bound === undefined ? undefined : Number(bound)))
  return (value) =>
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte)
}

/** The objects that ids of a field lead to. */
const expandable: Record<string, Kind> = {
  balance_transaction: 'balance_transaction',
  failure_balance_transaction: 'balance_transaction',
  charge: 'charge',
  latest_charge: 'charge',
  customer: 'customer',
  payment_intent: 'payment_intent',
  payment_method: 'payment_method',
  source: 'charge',
}

const kindsByPrefix: Record<string, Kind> = {
  ch: 'charge',
  py: 'charge',
  re: 'refund',
  fee: 'application_fee',
  tr: 'transfer',
  du: 'dispute',
  po: 'payout',
  pyr: 'refund',
}

/** Replaces the ids that `expand` names by their objects. @param wire what `toWire` made; it is changed. */
export function expand(world: World, wire: unknown, paths: readonly string[]): void {
  for (const path of paths) {
    const parts = path.split('.')
    if (parts.length > 4) throw invalid(`You cannot expand more than 4 levels of a property. Property: ${path}`)
    expandPath(world, wire, parts)
  }
}

function expandPath(world: World, wire: unknown, [first, ...rest]: readonly string[]): void {
  if (first === undefined || typeof wire !== 'object' || wire === null) return
  if (Array.isArray(wire)) {
    for (const item of wire) expandPath(world, item, [first, ...rest])
    return
  }
  const object = wire as Record<string, unknown>
  const value = object[first]
  if (typeof value === 'string') {
    const kind = kindsByPrefix[value.split('_')[0] ?? ''] ?? expandable[first]
    const found = kind && world.store.find(kind, value)
    if (!found) throw invalid(`This property cannot be expanded (${first}).`, { param: 'expand' })
    object[first] = toWire(world, found)
  }
  if (first === 'line_items' && typeof object.object === 'string' && object.object.startsWith('tax.')) {
    const kind = object.object === 'tax.calculation' ? 'tax_calculation' : 'tax_transaction'
    const lines = world.store.get(kind, String(object.id))._lines
    object.line_items = {
      object: 'list',
      data: toWire(world, lines),
      has_more: false,
      url: `/v1/${object.object.replace('.', '/')}s/${String(object.id)}/line_items`,
    }
  }
  // Refunds of a charge are a list that is made when it is asked for.
  if (first === 'refunds' && object.object === 'charge') {
    const refunds = world.store
      .all('refund')
      .filter((refund) => refund.charge === object.id)
      .toReversed()
    object.refunds = {
      object: 'list',
      data: refunds.slice(0, 10).map((refund) => toWire(world, refund)),
      has_more: refunds.length > 10,
      url: `/v1/charges/${String(object.id)}/refunds`,
    }
  }
  expandPath(world, object[first], rest)
}
