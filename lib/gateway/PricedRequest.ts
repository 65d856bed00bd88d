import type { Ctx } from '../ctx'
import type { Resource } from '@/lib/merchants'
import type { Protocol } from '@/lib/payments'
import type { Quote } from '@/lib/pricing'
import type { Abort } from './Abort'
import type * as RequestBody from './RequestBody'
import type * as Route from './Route'

/** One request for a resource, with everything needed to serve it. */
export type PricedRequest = {
  ctx: Ctx
  request: Request
  resource: Resource
  params: Route.PathParams
  /** The current price; after payment, the quote that was paid. */
  quote: Quote.Quote
  /** The wallet that signed in with a valid SIGN-IN-WITH-X header. Canonical address. */
  agent?: { wallet: string } | undefined
  agentRequest: Protocol.AgentRequest
  body: RequestBody.RequestBody
  /** Aborted when the agent disconnects before its answer is complete. */
  gone: Abort
}

/** Whether a resource has every single payment settled before its work, as far as the scheme allows. */
export function settlesFirst({
  settle,
  streaming,
  sideEffects,
}: Pick<Resource, 'settle' | 'streaming' | 'sideEffects'>): boolean {
  return streaming || sideEffects || settle === 'before'
}

/**
 * When to settle: as the resource says, else as the scheme says. Always before the work for a signed transaction, which
 * cannot wait. Always after it for `upto`, whose charge depends on the answer. A payer whose earlier after-work
 * settlement failed pays before the work.
 */
export function settleWhen(
  resource: Pick<Resource, 'settle' | 'streaming' | 'sideEffects'>,
  authorization: Pick<Protocol.Authorization, 'scheme' | 'when' | 'instrument'>,
  mustSettleFirst: boolean,
): 'before' | 'after' {
  if (authorization.scheme === 'upto') return 'after'
  const { kind } = authorization.instrument
  if (settlesFirst(resource) || kind === 'raw' || kind === 'svm' || kind === 'preimage' || mustSettleFirst)
    return 'before'
  return resource.settle ?? authorization.when
}
