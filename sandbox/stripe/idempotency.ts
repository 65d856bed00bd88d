import { StripeFailure } from './errors'
import { canonicalForm, type Form } from './forms'
import type { KeptReply } from './objects'
import type { World } from './world'

/** How long an answer is kept, on the server's clock. */
const keptMs = 24 * 3_600_000

const longest = 255

const isForgotten = (world: World, kept: KeptReply) => kept.created + keptMs / 1_000 <= world.clock.now()

/** Removes the answers that no key can get any more. In a transaction. */
export function forgetReplies(world: World): void {
  for (const kept of world.store.all('kept_reply'))
    if (isForgotten(world, kept)) world.store.remove('kept_reply', kept.id)
}

/** What a key is compared by: the account is part of its name. */
export type KeyedRequest = { account: string; key: string; path: string; form: Form }

/** The keys of requests that have not been answered yet. One process, so memory is enough: a restart answers nothing. */
export class IdempotencyKeys {
  readonly #inFlight = new Set<string>()

  /**
   * The stored answer of this key, or undefined if the request is the first with it; then the key is taken until `leave`.
   * @throws StripeFailure 409 while another request has the key, 400 if the key was used for something else.
   */
  enter(world: World, request: KeyedRequest): KeptReply | undefined {
    const { account, key, path, form } = request
    if (key.length > longest)
      throw new StripeFailure(
        400,
        {
          type: 'invalid_request_error',
          message: `Idempotency keys can be up to ${longest} characters long; yours has ${key.length}.`,
        },
        'validation',
      )
    const id = `${account} ${key}`
    if (this.#inFlight.has(id))
      throw new StripeFailure(
        409,
        {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: `There is currently another in-progress request using this Stripe Account and idempotency key (${key}). Please try again later.`,
        },
        'validation',
      )
    const kept = world.store.find('kept_reply', id)
    if (kept && !isForgotten(world, kept)) {
      if (kept.path !== path)
        throw mismatch(
          `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${kept.path}' vs '${path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
        )
      if (kept.fingerprint !== canonicalForm(form))
        throw mismatch(
          `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
        )
      return kept
    }
    this.#inFlight.add(id)
    return undefined
  }

  leave({ account, key }: KeyedRequest): void {
    this.#inFlight.delete(`${account} ${key}`)
  }

  /** In the transaction of the effect. */
  keep(
    world: World,
    { account, key, path, form }: KeyedRequest,
    reply: { status: number; body: string; requestId: string },
  ): void {
    const id = `${account} ${key}`
    const row: KeptReply = { id, created: world.clock.now(), path, fingerprint: canonicalForm(form), ...reply }
    // One that is too old to count makes room.
    if (world.store.find('kept_reply', id)) world.store.update('kept_reply', id, row)
    else world.store.insert('kept_reply', account, row)
  }
}

const mismatch = (message: string) => new StripeFailure(400, { type: 'idempotency_error', message }, 'validation')
