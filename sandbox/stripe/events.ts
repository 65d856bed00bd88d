import { newId } from './ids'
import type { Kind } from './kinds'
import type { Event } from './objects'
import { listOf, own, toWire } from './wire'
import type { Route, World } from './world'

/** The version that events are rendered in: that of the SDK this server was written beside. */
export const eventVersion = '2026-10-28.endive'

/**
 * Writes an event, and one delivery for each endpoint that wants it. In the transaction of what it tells.
 * @param previous the former values of what changed, for events of an update.
 */
export function emit(
  world: World,
  account: string,
  type: string,
  object: unknown,
  previous?: Record<string, unknown>,
): Event {
  const { store, clock, origin } = world
  const platform = store.find('account', account)?._platform ?? null
  const endpoints = store
    .rows('webhook_endpoint')
    .filter(({ account: owner, object: { status, enabled_events: events, _connect } }) => {
      const hears = _connect ? owner === platform : owner === account
      return hears && status === 'enabled' && (events.includes('*') || events.includes(type))
    })
  const event: Event = {
    id: newId('evt'),
    object: 'event',
    ...(platform !== null && { account }),
    api_version: eventVersion,
    created: clock.now(),
    data: {
      object: toWire(world, object),
      ...(previous && { previous_attributes: toWire(world, previous) as Record<string, unknown> }),
    },
    livemode: false,
    pending_webhooks: endpoints.length,
    request: { ...origin },
    type,
  }
  store.insert('event', account, event)
  for (const { object: endpoint } of endpoints)
    store.insert('delivery', account, {
      id: newId('whd'),
      created: event.created,
      endpoint: endpoint.id,
      event: event.id,
      attempts: 0,
    })
  return event
}

/** The `previous_attributes` of an update: the old values of the named fields. */
export function previously<Name extends string>(
  object: Partial<Record<Name, unknown>>,
  ...names: readonly Name[]
): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, object[name]]))
}

export const eventRoutes: Route[] = [
  {
    method: 'GET',
    path: '/v1/events',
    run(call) {
      const type = call.params.text('type')
      const types = call.params.list('types')
      const delivered = call.params.flag('delivery_success')
      const matches = (name: string) =>
        (type === undefined || (type.endsWith('*') ? name.startsWith(type.slice(0, -1)) : name === type)) &&
        (types === undefined || types.includes(name))
      return listOf(
        call,
        'event' satisfies Kind,
        (event) => matches(event.type) && (delivered === undefined || delivered === (event.pending_webhooks === 0)),
      )
    },
  },
  {
    method: 'GET',
    path: '/v1/events/:id',
    run(call) {
      call.params.done()
      return own(call, 'event', call.path.id ?? '', 'event')
    },
  },
]
