import { authenticateKey, connectedAccount } from './accounts'
import { StripeFailure, documentationOf, type ErrorBody } from './errors'
import { eventVersion } from './events'
import type { Fault, Faults } from './faults'
import { parseForm, type Form } from './forms'
import { IdempotencyKeys, type KeyedRequest } from './idempotency'
import { newId } from './ids'
import { Params } from './params'
import { findRoute } from './routes'
import { expand, toWire } from './wire'
import type { Call, Route, World } from './world'

/** A request as it came, read whole. */
export type Incoming = {
  method: string
  /** With the query. */
  url: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

export type Reply = { status: number; headers: Record<string, string>; body: string }

/** One call that came to the API, for tests and tables. */
export type LoggedCall = {
  method: string
  path: string
  account: string
  key: string | undefined
  requestId: string
  form: Form
  fault: Fault['action'] | undefined
  /** Undefined: no answer left. */
  status: number | undefined
  isReplay: boolean
}

type Located = { route: Route; path: Record<string, string> }
type Prepared = { call: Call; located: Located; keyed: KeyedRequest | undefined; expanded: string[] }
type Outcome = { status: number; body: string }

const header = ({ headers }: Incoming, name: string) => {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

/**
 * Answers the API: authentication, idempotency, the route in one transaction, and whatever a fault does to it.
 * `afterwards` runs once an effect is written.
 */
export class Answerer {
  readonly #world: World
  readonly #faults: Faults
  readonly #keys = new IdempotencyKeys()
  readonly #afterwards: () => void
  #isStopped = false
  readonly calls: LoggedCall[] = []

  constructor(world: World, faults: Faults, afterwards: () => void) {
    this.#world = world
    this.#faults = faults
    this.#afterwards = afterwards
  }

  /** From now on no call has an effect, also one that waits. */
  stop(): void {
    this.#isStopped = true
  }

  /** The reply, or undefined where the connection has to break. */
  async answer(incoming: Incoming): Promise<Reply | undefined> {
    const path = incoming.url.split('?')[0] ?? ''
    const fault = this.#faults.take(incoming.method, path)
    const logged: LoggedCall = {
      method: incoming.method,
      path,
      account: '',
      key: incoming.method === 'POST' ? header(incoming, 'idempotency-key') : undefined,
      requestId: newId('req'),
      form: {},
      fault: fault?.action,
      status: undefined,
      isReplay: false,
    }
    this.calls.push(logged)
    if (this.calls.length > 10_000) this.calls.shift()
    if (fault?.action === 'lose-request') return undefined
    const reply = await this.#reply(incoming, logged, fault)
    if (fault?.action === 'lose-reply' || this.#isStopped) return undefined
    logged.status = reply.status
    return reply
  }

  async #reply(incoming: Incoming, logged: LoggedCall, fault: Fault | undefined): Promise<Reply> {
    try {
      const prepared = this.#prepare(incoming, logged)
      const { keyed } = prepared
      const isRefusal = fault?.action === 'status' && fault.effect !== true
      if (isRefusal && !storesStatus(fault))
        return this.#finish(logged, faultReply(this.#world, fault, logged.requestId), true)
      const kept = keyed && this.#keys.enter(this.#world, keyed)
      if (kept) {
        logged.isReplay = true
        await this.#wait(fault)
        return this.#finish(logged, kept, kept.status < 500, kept.requestId)
      }
      try {
        return await this.#perform(prepared, logged, fault)
      } finally {
        if (keyed) this.#keys.leave(keyed)
      }
    } catch (error) {
      return this.#finish(logged, failureOf(this.#world, error, logged.requestId))
    }
  }

  async #perform(prepared: Prepared, logged: LoggedCall, fault: Fault | undefined): Promise<Reply> {
    const { keyed } = prepared
    const waitsAfter = (fault?.action === 'hold' || fault?.action === 'slow') && fault.after === true
    if (!waitsAfter) await this.#wait(fault)
    if (this.#isStopped) throw new Error('the server has stopped')
    if (fault?.action === 'status' && fault.effect !== true) {
      const outcome = faultReply(this.#world, fault, logged.requestId)
      this.#keep(keyed, outcome, logged.requestId)
      return this.#finish(logged, outcome, false)
    }
    const outcome = this.#execute(prepared, logged.requestId)
    if (waitsAfter) await this.#wait(fault)
    if (fault?.action === 'status') return this.#finish(logged, faultReply(this.#world, fault, logged.requestId))
    return this.#finish(logged, outcome)
  }

  /** Everything that is refused before the request begins to execute. */
  #prepare(incoming: Incoming, logged: LoggedCall): Prepared {
    const world = this.#world
    const platform = authenticateKey(world, header(incoming, 'authorization'))
    const account = connectedAccount(world, platform, header(incoming, 'stripe-account'))
    const version = header(incoming, 'stripe-version') ?? eventVersion
    if (!/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(version.split(';')[0]?.trim() ?? ''))
      throw new StripeFailure(
        400,
        { type: 'invalid_request_error', message: `Invalid Stripe API version: ${version}` },
        'validation',
      )
    const [path = '', query = ''] = incoming.url.split('?')
    const located = findRoute(incoming.method, path)
    if (!located)
      throw new StripeFailure(
        404,
        {
          type: 'invalid_request_error',
          message: `Unrecognized request URL (${incoming.method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
        },
        'validation',
      )
    const form = parseForm([query, incoming.method === 'POST' ? incoming.body : ''].filter(Boolean).join('&'))
    Object.assign(logged, { account, form })
    const { expand: expansions, ...rest } = form
    const { key } = logged
    return {
      located,
      keyed: key === undefined ? undefined : { account, key, path, form },
      expanded:
        typeof expansions === 'object' ? Object.values(expansions).filter((item) => typeof item === 'string') : [],
      call: {
        world,
        account,
        platform: platform.id,
        params: new Params(rest),
        path: located.path,
        url: path,
        preview: version.includes('.preview'),
      },
    }
  }

  /** The effect and its stored reply, in one transaction. */
  #execute({ call, located, keyed, expanded }: Prepared, requestId: string): Outcome {
    const world = this.#world
    world.origin = { id: requestId, idempotency_key: keyed?.key ?? null }
    try {
      return world.store.transaction(() => {
        const outcome = this.#run(() => {
          const wire = toWire(world, located.route.run(call))
          expand(world, wire, expanded)
          return { status: 200, body: JSON.stringify(wire, undefined, 2) }
        }, requestId)
        if (keyed) this.#keys.keep(world, keyed, { ...outcome, requestId })
        return outcome
      })
    } catch (error) {
      const outcome = failureOf(world, error, requestId)
      if (!(error instanceof StripeFailure && error.stage === 'validation')) this.#keep(keyed, outcome, requestId)
      return outcome
    } finally {
      world.origin = { id: null, idempotency_key: null }
      this.#afterwards()
    }
  }

  /** A failure that has an effect, such as a declined charge, is an outcome: what it wrote stays. */
  #run(work: () => Outcome, requestId: string): Outcome {
    try {
      return work()
    } catch (error) {
      if (error instanceof StripeFailure && error.stage === 'effect') return failureOf(this.#world, error, requestId)
      throw error
    }
  }

  #keep(keyed: KeyedRequest | undefined, outcome: Outcome, requestId: string): void {
    if (keyed) this.#world.store.transaction(() => this.#keys.keep(this.#world, keyed, { ...outcome, requestId }))
  }

  async #wait(fault: Fault | undefined): Promise<void> {
    if (fault?.action === 'hold') await this.#faults.hold()
    if (fault?.action === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))
  }

  #finish(logged: LoggedCall, { status, body }: Outcome, mayRetry?: boolean, original?: string): Reply {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'request-id': logged.requestId,
      'stripe-version': eventVersion,
    }
    if (logged.key !== undefined) headers['idempotency-key'] = logged.key
    if (logged.key !== undefined) headers['original-request'] = original ?? logged.requestId
    if (logged.isReplay) headers['idempotent-replayed'] = 'true'
    // Stripe asks for no retry of a 500 that its idempotency would only replay.
    if (status >= 500 && mayRetry === false) headers['stripe-should-retry'] = 'false'
    return { status, headers, body }
  }
}

function failureOf(world: World, error: unknown, requestId: string): Outcome {
  if (error instanceof StripeFailure) return { status: error.status, body: errorText(world, error.body, requestId) }
  const message = `The sandbox itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  return { status: 500, body: errorText(world, { type: 'api_error', message }, requestId) }
}

function errorText(world: World, { code, ...body }: ErrorBody, requestId: string): string {
  const error = {
    ...(code !== undefined && { code, doc_url: documentationOf(code) }),
    ...body,
    request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
  }
  return JSON.stringify(toWire(world, { error }), undefined, 2)
}

const storesStatus = (fault: Fault & { action: 'status' }) =>
  fault.stored ?? (fault.status === 500 || fault.status === 424)

const faultBodies: Record<409 | 424 | 429 | 500 | 503, ErrorBody> = {
  409: {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: 'There is currently another in-progress request using this idempotency key. Please try again later.',
  },
  424: {
    type: 'api_error',
    message: 'The request could not be completed due to a failure in a dependency external to Stripe.',
  },
  429: {
    type: 'invalid_request_error',
    code: 'rate_limit',
    message:
      'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
  },
  500: { type: 'api_error', message: 'An unknown error occurred' },
  503: { type: 'api_error', message: 'Stripe is temporarily unavailable. Please try again.' },
}

function faultReply(world: World, { status }: Fault & { action: 'status' }, requestId: string): Outcome {
  return { status, body: errorText(world, faultBodies[status], requestId) }
}
