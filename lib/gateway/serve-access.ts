import type { ProvenWallet } from '@/lib/auth'
import { admitWallet } from '@/lib/payments'
import type { GatewayAnswer } from './GatewayAnswer'
import { callUpstream } from './call-upstream'
import { peekAnswer } from './peek-answer'
import { paidAnswer } from './respond'
import type { PricedRequest } from './PricedRequest'

/**
 * Serves a signed-in wallet that paid for this resource within its access time; undefined for any other wallet. Nothing
 * is charged, also if the call fails.
 * @throws AppError of the upstream.
 */
export async function serveAccess(
  pricedRequest: PricedRequest,
  agent: ProvenWallet,
): Promise<GatewayAnswer | undefined> {
  const { ctx, resource } = pricedRequest
  if (resource.accessSeconds === null || resource.execution) return undefined
  const access = await admitWallet(ctx, resource, agent)
  if (!access) return undefined
  const sent = await callUpstream(pricedRequest, true)
  const body = resource.streaming ? sent.body : (await peekAnswer(sent)).body
  const accessHeader = [
    'Sluice-Access',
    `payment=${access.paymentId}, until=${access.expiresAt.toISOString()}`,
  ] as const
  return paidAnswer({ receipt: [accessHeader] }, { status: sent.status, headers: sent.headers, body })
}
