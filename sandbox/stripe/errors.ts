/** The fields of Stripe's error object that this server sends. */
export type ErrorBody = {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  message: string
  code?: string
  param?: string
  decline_code?: string
  charge?: string
  payment_intent?: unknown
  payment_method?: unknown
  advice_code?: string
  network_decline_code?: string
}

/**
 * An answer that is an error in Stripe's shape.
 * `stage` says what it leaves behind: `validation` nothing, and its idempotency key stays free; `execution` no changed
 * object, but the answer is stored under the key; `effect` keeps what was written, as a declined charge does.
 */
export class StripeFailure extends Error {
  readonly status: number
  readonly body: ErrorBody
  readonly stage: 'validation' | 'execution' | 'effect'

  constructor(status: number, body: ErrorBody, stage: StripeFailure['stage'] = 'execution') {
    super(body.message)
    this.status = status
    this.body = body
    this.stage = stage
  }
}

export function invalid(message: string, more: Partial<ErrorBody> = {}): StripeFailure {
  return new StripeFailure(400, { type: 'invalid_request_error', message, ...more }, 'validation')
}

/** A request that is well formed, and that the state of its object does not allow. */
export function refused(message: string, more: Partial<ErrorBody> = {}): StripeFailure {
  return new StripeFailure(400, { type: 'invalid_request_error', message, ...more })
}

export function missing(what: string, id: string, param = 'id'): StripeFailure {
  return new StripeFailure(['id', 'intent'].includes(param) ? 404 : 400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${what}: '${id}'`,
    param,
  })
}

export const documentationOf = (code: string) => `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`
