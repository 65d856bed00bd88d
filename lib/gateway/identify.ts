import { SignIn, signInWallet, type ProvenWallet } from '@/lib/auth'
import type { Resource } from '@/lib/merchants'
import { hasAccess, type Protocol } from '@/lib/payments'
import { env } from '../env'
import type { PricedRequest } from './PricedRequest'

/** True if the resource treats wallets differently: return without paying, discounts, or free calls. */
function knowsWallets({ accessSeconds, pricing }: Pick<Resource, 'accessSeconds' | 'pricing'>): boolean {
  return accessSeconds !== null || (pricing !== null && (pricing.freePerDay > 0 || pricing.discounts.length > 0))
}

/** The sign-in request for the 402; undefined if the resource treats all wallets alike. Made for each 402, not stored. */
export function signInFor({
  ctx,
  resource,
  agentRequest,
}: Pick<PricedRequest, 'agentRequest'> & {
  ctx: Pick<PricedRequest['ctx'], 'now'>
  resource: Pick<Resource, 'id' | 'payouts' | 'accessSeconds' | 'pricing'>
}): Protocol.SignInRequest | undefined {
  return knowsWallets(resource) ? SignIn.create(toSignInTarget(resource, agentRequest), ctx.now()) : undefined
}

/**
 * Returns the wallet that signed in by the SIGN-IN-WITH-X header; undefined without the header, or if the resource treats
 * all wallets alike. Each message works once, also if it is refused.
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
  return signInWallet(ctx, header, toSignInTarget(resource, agentRequest), hasAccess)
}

/** Without the query: a wallet signs in to the resource, and then may send any query. */
function toSignInTarget(
  { id, payouts }: Pick<Resource, 'id' | 'payouts'>,
  { path }: Protocol.AgentRequest,
): SignIn.SignInTarget {
  return { resourceId: id, uri: `${env.PUBLIC_URL}${path}`, networks: payouts.map(({ network }) => network) }
}
