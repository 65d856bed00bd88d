import { createHmac } from 'node:crypto'
import type { Delivery, Event, WebhookEndpoint } from './objects'
import type { World } from './world'

export type WebhookSettings = {
  /** The first pause before another attempt; each one after it is twice as long. */
  retryBaseMs: number
  /** The longest pause. */
  retryMaxMs: number
  /** How long an endpoint may take to answer. */
  timeoutMs: number
  /** After so many attempts an event is given up, as Stripe does after three days. */
  attemptsMax: number
}

export const usualWebhookSettings: WebhookSettings = {
  retryBaseMs: 500,
  retryMaxMs: 3_600_000,
  timeoutMs: 10_000,
  attemptsMax: 20,
}

/** Deliveries under way at the same time. */
const atOnce = 16

/** How the next deliveries are spoilt. */
export type Tampering = {
  /** A signature by another secret. */
  badSignature?: boolean
  /** Signed this long ago. */
  ageS?: number
  /** Sent twice, with the same event. */
  twice?: boolean
  /** How many deliveries; without it every one, until `untamper`. */
  times?: number
}

/** One delivery that was attempted. `status` is undefined when no answer came. */
export type Attempt = { event: string; type: string; endpoint: string; status: number | undefined }

/**
 * Sends what the store holds as deliveries: signed, at least once, with exponential backoff until the endpoint answers 2xx.
 * The order is that of the events unless it is held back, and no order is promised, as at Stripe.
 */
export class Webhooks {
  readonly #world: World
  readonly #settings: WebhookSettings
  readonly #running = new Set<string>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #tampering: { how: Tampering; left: number }[] = []
  #held = false
  #stopped = false
  #idle: (() => void)[] = []
  /** Every attempt of this run, the last 10,000. */
  readonly attempts: Attempt[] = []

  constructor(world: World, settings: Partial<WebhookSettings> = {}) {
    this.#world = world
    this.#settings = { ...usualWebhookSettings, ...settings }
  }

  /** Sends what waits and is not under way. After each transaction. */
  wake(): void {
    if (!this.#held && !this.#stopped)
      for (const delivery of this.#world.store.all('delivery')) {
        if (this.#running.size >= atOnce) break
        if (!this.#running.has(delivery.id) && !this.#timers.has(delivery.id)) void this.#deliver(delivery)
      }
    this.#settle()
  }

  /** Keeps every event back, from the next attempt on. */
  hold(): void {
    this.#held = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  /**
   * Sends what was held back and goes on as usual. With an order, one after the other: newest first, or as the types are
   * listed, the rest behind them.
   */
  async release(order?: 'reverse' | readonly string[]): Promise<void> {
    if (order !== undefined) {
      const rank = (delivery: Delivery) => {
        if (order === 'reverse') return 0
        const index = order.indexOf(this.#world.store.get('event', delivery.event).type)
        return index < 0 ? order.length : index
      }
      const waiting = this.#world.store.all('delivery')
      const ordered =
        order === 'reverse' ? waiting.toReversed() : waiting.toSorted((left, right) => rank(left) - rank(right))
      for (const delivery of ordered) await this.#deliver(delivery)
    }
    this.#held = false
    this.wake()
  }

  /** Spoils the next deliveries. */
  tamper(how: Tampering): void {
    this.#tampering.push({ how, left: how.times ?? Infinity })
  }

  untamper(): void {
    this.#tampering = []
  }

  /** Sends an event again to each endpoint that it was meant for, once, whatever they answer. */
  async resend(eventId: string, how: Omit<Tampering, 'times' | 'twice'> = {}): Promise<(number | undefined)[]> {
    const { store } = this.#world
    const event = store.get('event', eventId)
    const account = store.row('event', eventId)?.account
    const platform = account === undefined ? null : (store.find('account', account)?._platform ?? null)
    const endpoints = store
      .rows('webhook_endpoint')
      .filter(({ account: owner, object }) => owner === (object._connect ? platform : account))
    return Promise.all(endpoints.map(({ object }) => this.#post(object, event, how)))
  }

  /** Resolves when every delivery has arrived, was given up or is held back. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return
    await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  stop(): void {
    this.#stopped = true
    this.hold()
  }

  #isIdle(): boolean {
    if (this.#running.size > 0) return false
    return this.#held || this.#world.store.all('delivery').length === 0
  }

  #settle(): void {
    if (!this.#isIdle()) return
    const waiting = this.#idle
    this.#idle = []
    for (const resolve of waiting) resolve()
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store } = this.#world
    const [endpoint, event] = [store.find('webhook_endpoint', delivery.endpoint), store.find('event', delivery.event)]
    this.#running.add(delivery.id)
    try {
      const status = endpoint && event ? await this.#send(endpoint, event) : undefined
      if (this.#stopped) return
      const isTaken = status !== undefined && status >= 200 && status < 300
      const attempts = delivery.attempts + 1
      const isOver = isTaken || !endpoint || attempts >= this.#settings.attemptsMax
      store.transaction(() => {
        if (!store.find('delivery', delivery.id)) return
        if (isOver) store.remove('delivery', delivery.id)
        else store.update('delivery', delivery.id, { attempts })
        const current = store.find('event', delivery.event)
        if (isOver && isTaken && current)
          store.update('event', delivery.event, { pending_webhooks: Math.max(0, current.pending_webhooks - 1) })
      })
      if (!isOver && !this.#held) this.#retryLater(delivery.id, attempts)
    } finally {
      this.#running.delete(delivery.id)
      this.wake()
    }
  }

  #retryLater(id: string, attempts: number): void {
    const pauseMs = Math.min(this.#settings.retryBaseMs * 2 ** (attempts - 1), this.#settings.retryMaxMs)
    const timer = setTimeout(() => {
      this.#timers.delete(id)
      const delivery = this.#world.store.find('delivery', id)
      if (delivery && !this.#held) void this.#deliver(delivery)
    }, pauseMs)
    this.#timers.set(id, timer.unref())
  }

  async #send(endpoint: WebhookEndpoint, event: Event): Promise<number | undefined> {
    const entry = this.#tampering[0]
    if (entry) {
      entry.left -= 1
      if (entry.left <= 0) this.#tampering.shift()
    }
    const how = entry?.how ?? {}
    if (how.twice) await this.#post(endpoint, event, how)
    return this.#post(endpoint, event, how)
  }

  async #post(endpoint: WebhookEndpoint, event: Event, how: Tampering): Promise<number | undefined> {
    const body = JSON.stringify(event, undefined, 2)
    const at = Math.floor(Date.now() / 1_000) - (how.ageS ?? 0)
    const secret = how.badSignature ? 'whsec_of_another_endpoint' : endpoint._secret
    let status: number | undefined
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': signWebhook(body, secret, at),
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#settings.timeoutMs),
      })
      await response.body?.cancel()
      status = response.status
    } catch {
      // No answer is an answer: another attempt follows.
    }
    this.attempts.push({ event: event.id, type: event.type, endpoint: endpoint.id, status })
    if (this.attempts.length > 10_000) this.attempts.shift()
    return status
  }
}

/** The header `Stripe-Signature` of a body. @param at seconds. */
export function signWebhook(body: string, secret: string, at: number): string {
  const v1 = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  return `t=${at},v1=${v1}`
}
