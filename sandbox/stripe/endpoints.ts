import { invalid } from './errors'
import { newId, randomText } from './ids'
import type { WebhookEndpoint } from './objects'
import { listOf, own } from './wire'
import type { Call, Route, World } from './world'

export type EndpointFields = {
  url: string
  events?: readonly string[]
  secret?: string
  connect?: boolean
  isOwn?: boolean
}

/** A webhook endpoint, as a row. In a transaction. */
export function createEndpoint(world: World, account: string, fields: EndpointFields): WebhookEndpoint {
  return world.store.insert('webhook_endpoint', account, {
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: null,
    application: null,
    created: world.clock.now(),
    description: null,
    enabled_events: [...(fields.events ?? ['*'])],
    livemode: false,
    metadata: {},
    status: 'enabled',
    url: fields.url,
    _secret: fields.secret ?? `whsec_${randomText(32)}`,
    _connect: fields.connect ?? false,
    _isOwn: fields.isOwn ?? false,
  })
}

const eventsOf = ({ params }: Call) => {
  const events = params.list('enabled_events')
  if (events?.length === 0) throw invalid('You must pass at least one event.', { param: 'enabled_events' })
  return events
}

function create(call: Call): unknown {
  const { params } = call
  const url = params.required('url')
  const events = eventsOf(call)
  if (!events)
    throw invalid('Missing required param: enabled_events.', { code: 'parameter_missing', param: 'enabled_events' })
  const connect = params.flag('connect') ?? false
  const metadata = params.map('metadata') ?? {}
  const description = params.unsettable('description') ?? null
  const version = params.text('api_version') ?? null
  params.done()
  if (!/^https?:\/\/[^/]/.test(url))
    throw invalid('Invalid URL: An explicit scheme (such as https) must be provided.', {
      code: 'url_invalid',
      param: 'url',
    })
  const endpoint = createEndpoint(call.world, call.account, { url, events, connect })
  const whole = call.world.store.update('webhook_endpoint', endpoint.id, {
    metadata,
    description,
    api_version: version,
  })
  // The secret is shown once, as at Stripe.
  return { ...whole, secret: whole._secret }
}

function update(call: Call): unknown {
  const { params } = call
  const endpoint = own(call, 'webhook_endpoint', call.path.id ?? '', 'webhook endpoint')
  const url = params.text('url')
  const events = eventsOf(call)
  const disabled = params.flag('disabled')
  params.done()
  return call.world.store.update('webhook_endpoint', endpoint.id, {
    ...(url !== undefined && { url }),
    ...(events && { enabled_events: events }),
    ...(disabled !== undefined && { status: disabled ? 'disabled' : 'enabled' }),
  })
}

export const endpointRoutes: Route[] = [
  { method: 'POST', path: '/v1/webhook_endpoints', run: create },
  { method: 'GET', path: '/v1/webhook_endpoints', run: (call) => listOf(call, 'webhook_endpoint') },
  {
    method: 'GET',
    path: '/v1/webhook_endpoints/:id',
    run(call) {
      call.params.done()
      return own(call, 'webhook_endpoint', call.path.id ?? '', 'webhook endpoint')
    },
  },
  { method: 'POST', path: '/v1/webhook_endpoints/:id', run: update },
  {
    method: 'DELETE',
    path: '/v1/webhook_endpoints/:id',
    run(call) {
      call.params.done()
      const { id } = own(call, 'webhook_endpoint', call.path.id ?? '', 'webhook endpoint')
      call.world.store.remove('webhook_endpoint', id)
      return { id, object: 'webhook_endpoint', deleted: true }
    },
  },
]
