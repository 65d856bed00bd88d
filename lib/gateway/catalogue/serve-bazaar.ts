import { listItems, BazaarQuery } from '@/lib/discovery'
import { answerJson } from './answer-json'
import { loadOwnItems } from './load-own-items'

/**
 * GET /facilitator/discovery/resources: one page of the bazaar: the resources of this server, and other sellers'
 * resources that were paid through this facilitator.
 * @throws AppError bad-input
 */
export async function serveBazaar(request: Request): Promise<Response> {
  const query = BazaarQuery.from(new URL(request.url).searchParams)
  const { items, total } = await listItems(await loadOwnItems(), query)
  const { limit, offset } = query
  return answerJson(request, { x402Version: 2, items, pagination: { limit, offset, total } })
}
