import type { GatewayAnswer } from './GatewayAnswer'
import { callUpstream } from './call-upstream'
import { takeFreeCall } from './free-quota'
import { giveBackFreeCall } from './give-back-free-call'
import { peekAnswer } from './peek-answer'
import { paidAnswer } from './respond'
import type { PricedRequest } from './PricedRequest'

/**
 * Serves a request from the signed-in wallet's free quota; undefined if it has none, or none left today. A failed call is
 * returned to the quota.
 * @throws AppError of the upstream.
 */
export async function serveFreeCall(pricedRequest: PricedRequest): Promise<GatewayAnswer | undefined> {
  const { ctx, agent, resource } = pricedRequest
  const perDay = resource.pricing?.freePerDay ?? 0
  if (!agent || perDay === 0 || resource.execution) return undefined
  const call = { resourceId: resource.id, wallet: agent.wallet, day: new Date(ctx.now()).toISOString().slice(0, 10) }
  const used = await takeFreeCall(call, perDay)
  if (used === undefined) return undefined
  try {
    const sent = await callUpstream(pricedRequest, true)
    const body = resource.streaming ? sent.body : (await peekAnswer(sent)).body
    const quotaHeader = ['Sluice-Free-Calls', `used=${used}, limit=${perDay}`] as const
    return paidAnswer({ receipt: [quotaHeader] }, { status: sent.status, headers: sent.headers, body })
  } catch (error) {
    await giveBackFreeCall(call)
    throw error
  }
}
