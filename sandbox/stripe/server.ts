import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pickPort } from '../port'
import { createAccount } from './accounts'
import { Answerer, type LoggedCall } from './answer'
import { Clock } from './clock'
import { answerControl, type Controlled } from './control-path'
import { controlsOf, stateOf, type Controls, type State } from './controls'
import { createEndpoint } from './endpoints'
import { Faults } from './faults'
import { payOutDaily } from './payouts'
import { forgetReplies } from './idempotency'
import { Store } from './store'
import { dueTasks } from './tasks'
import { Webhooks, type WebhookSettings } from './webhooks'
import { usualSettings, type Settings, type World } from './world'

/** The accounts of every sandbox. Keys and ids are public: nothing here holds money. */
export const sandboxAccounts = {
  seller: {
    id: 'acct_1SluiceSandboxSeller',
    secretKey: 'sk_test_sluice_sandbox_seller',
    profile: 'profile_test_sluice',
  },
  agent: { id: 'acct_1SluiceSandboxAgent', secretKey: 'sk_test_sluice_sandbox_agent', profile: 'profile_test_agent' },
  /** Reached by the seller's key with `Stripe-Account`. */
  connected: { id: 'acct_1SluiceSandboxShop', secretKey: 'sk_test_sluice_sandbox_shop', profile: 'profile_test_shop' },
} as const

export type StripeOptions = {
  /** Wished port; another one is taken when it is in use. */
  port?: number
  /** Where the state is kept between runs; without it in memory only. */
  dir?: string
  /** Where the seller's events go. The endpoint of an earlier run moves to this address. */
  webhook?: { url: string; secret?: string; events?: readonly string[] }
  /** Milliseconds since 1970; the machine's clock otherwise. */
  clock?: () => number
  settings?: Partial<Settings>
  webhooks?: Partial<WebhookSettings>
}

export type StripeServer = {
  url: string
  port: number
  /** Of the seller. */
  secretKey: string
  /** The seller's business profile, `networkId` in a challenge. */
  profile: string
  /** The seller's id. */
  account: string
  /** Signs the events of `webhook`. */
  webhookSecret: string | undefined
  /** What came to the API, oldest first, the last 10,000. */
  calls: readonly LoggedCall[]
  faults: Faults
  webhooks: Webhooks
  controls: Controls
  state: State
  /** Sends the seller's events to this address too, if it does not yet. */
  addWebhook(url: string, secret: string): void
  /** Milliseconds since 1970, by the server's clock. */
  nowMs(): number
  stop(): Promise<void>
}

/** A stand-in for api.stripe.com on 127.0.0.1. See README.md beside this file for what it is and is not. */
export async function startStripe(options: StripeOptions = {}): Promise<StripeServer> {
  const store = new Store(options.dir)
  const world: World = {
    store,
    clock: new Clock(store, options.clock),
    settings: { ...usualSettings, ...options.settings },
    origin: { id: null, idempotency_key: null },
  }
  const webhooks = new Webhooks(world, options.webhooks)
  const faults = new Faults()
  const afterwards = () => {
    world.clock.arm()
    webhooks.wake()
  }
  world.clock.start(dueTasks(world), () => webhooks.wake())
  const webhookSecret = store.transaction(() => prepare(world, options))
  world.clock.arm()
  const answerer = new Answerer(world, faults, afterwards)
  const { calls } = answerer
  const controlled: Controlled = {
    faults,
    webhooks,
    controls: controlsOf(world, afterwards),
    state: stateOf(world),
    calls,
  }
  const server = createServer((request, response) => {
    serve(request, response, answerer, controlled).catch(() => request.socket.destroy())
  })
  server.keepAliveTimeout = 120_000
  const port = await pickPort(options.port)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const bound = (server.address() as AddressInfo).port
  webhooks.wake()
  const { secretKey, profile, id } = sandboxAccounts.seller
  return {
    ...controlled,
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    secretKey,
    profile,
    account: id,
    webhookSecret,
    addWebhook: (address, secret) => {
      store.transaction(() => prepare(world, { ...options, webhook: { url: address, secret } }))
      webhooks.wake()
    },
    nowMs: () => world.clock.nowMs(),
    stop: () => {
      answerer.stop()
      return stop(server, world, webhooks, faults)
    },
  }
}

/** The accounts and the endpoint of the options, unless an earlier run made them. Returns the endpoint's secret. */
function prepare(world: World, { webhook }: StripeOptions): string | undefined {
  const { store } = world
  const { seller, agent, connected } = sandboxAccounts
  forgetReplies(world)
  for (const account of [seller, agent]) if (!store.find('account', account.id)) createAccount(world, account)
  if (!store.find('account', connected.id)) createAccount(world, { ...connected, platform: seller.id })
  if (world.settings.automaticPayouts && !store.all('due_task').some(({ task }) => task === 'payouts.daily'))
    for (const { id } of store.all('account')) payOutDaily(world, id)
  if (!webhook) return undefined
  const known = store.rows('webhook_endpoint').find(({ account, object }) => account === seller.id && object._isOwn)
  const { url, secret = known?.object._secret, events } = webhook
  if (!known) return createEndpoint(world, seller.id, { ...webhook, isOwn: true })._secret
  return store.update('webhook_endpoint', known.object.id, {
    url,
    ...(secret !== undefined && { _secret: secret }),
    ...(events && { enabled_events: [...events] }),
  })._secret
}

async function stop(server: Server, world: World, webhooks: Webhooks, faults: Faults): Promise<void> {
  world.clock.stop()
  webhooks.stop()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  faults.clear()
  await closed
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answerer: Answerer,
  controlled: Controlled,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const incoming = {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
  if (incoming.url.startsWith('/_')) {
    const { status, body } = await answerControl(controlled, incoming)
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    return
  }
  const reply = await answerer.answer(incoming)
  if (!reply) {
    request.socket.destroy()
    return
  }
  response.writeHead(reply.status, reply.headers).end(reply.body)
}
