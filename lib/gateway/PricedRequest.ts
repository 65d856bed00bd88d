import type { Ctx } from '../ctx'
import type { Resource } from '@/lib/merchants'
import type { Protocol } from '@/lib/payments'
import type { Quote } from '@/lib/pricing'
import type { Abort } from './Abort'
import type * as RequestBody from './RequestBody'
import type * as Route from './Route'

/** One request for a resource, with everything that serving it needs. */
export type PricedRequest = {
  ctx: Ctx
  request: Request
  resource: Resource
  params: Route.PathParams
  /** What it costs now; once it is paid, the quote that was paid. */
  quote: Quote.Quote
  /** Who asks, where a valid SIGN-IN-WITH-X says so. Canonical address. */
  agent?: { wallet: string } | undefined
  agentRequest: Protocol.AgentRequest
  body: RequestBody.RequestBody
  /** Aborted when the agent goes away before it has its answer. */
  gone: Abort
}

/**
 * When the money moves: what the resource says, else what the scheme says. A signed transaction cannot wait, and what is charged
 * under `upto` is known after the answer only. A payer whose money did not come when it was due after the work pays before it.
 */
export function settleWhen(
  resource: Pick<Resource, 'settle' | 'streaming' | 'sideEffects'>,
  authorization: Pick<Protocol.Authorization, 'scheme' | 'when' | 'instrument'>,
  mustSettleFirst: boolean,
): 'before' | 'after' {
  if (authorization.scheme === 'upto') return 'after'
  const { kind } = authorization.instrument
  if (resource.streaming || resource.sideEffects || kind === 'raw' || kind === 'svm' || mustSettleFirst) return 'before'
  return resource.settle ?? authorization.when
}
