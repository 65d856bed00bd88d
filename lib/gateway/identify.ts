import { SignIn, signInWallet, type ProvenWallet } from '@/lib/auth'
import type { Resource } from '@/lib/merchants'
import { hasAccess, type Protocol } from '@/lib/payments'
import { env } from '../env'
import type { PricedRequest } from './PricedRequest'

/** Whether it matters who asks: a wallet may come back without paying, or pays less, or nothing for some calls. */
function knowsWallets({ accessSeconds, pricing }: Pick<Resource, 'accessSeconds' | 'pricing'>): boolean {
  return accessSeconds !== null || (pricing !== null && (pricing.freePerDay > 0 || pricing.discounts.length > 0))
}

/** What a wallet may sign to be known; undefined where nobody is told apart. Made for each 402 and stored nowhere. */
export function signInFor({
  ctx,
  resource,
  agentRequest,
}: Pick<PricedRequest, 'agentRequest'> & {
  ctx: Pick<PricedRequest['ctx'], 'now'>
  resource: Pick<Resource, 'id' | 'payouts' | 'accessSeconds' | 'pricing'>
}): Protocol.SignInRequest | undefined {
  return knowsWallets(resource) ? SignIn.create(toAsked(resource, agentRequest), ctx.now()) : undefined
}

/**
 * Who sends a request, by its header SIGN-IN-WITH-X; undefined when it has none, or where nobody is told apart. Once a message was
 * looked at, it is used up.
 * @throws AppError sign-in-refused
 */
export async function identify({
  ctx,
  request,
  resource,
  agentRequest,
}: Pick<PricedRequest, 'ctx' | 'request' | 'resource' | 'agentRequest'>): Promise<ProvenWallet | undefined> {
  const header = request.headers.get(SignIn.header)
  if (header === null || !knowsWallets(resource)) return undefined
  return signInWallet(ctx, header, toAsked(resource, agentRequest), hasAccess)
}

/** Without the query: a wallet signs in for the resource, and comes back with any question. */
function toAsked(
  { id, payouts }: Pick<Resource, 'id' | 'payouts'>,
  { path }: Protocol.AgentRequest,
): SignIn.SignInTarget {
  return { resourceId: id, uri: `${env.PUBLIC_URL}${path}`, networks: payouts.map(({ network }) => network) }
}
