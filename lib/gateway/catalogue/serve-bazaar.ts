import { listItems, BazaarQuery } from '@/lib/discovery'
import { answerJson } from './answer-json'
import { loadOwnItems } from './load-own-items'

/**
 * GET /facilitator/discovery/resources: the bazaar, a page of it: what is sold here, and what others sell that was paid through
 * this facilitator. @throws AppError bad-input
 */
export async function serveBazaar(request: Request): Promise<Response> {
  const query = BazaarQuery.from(new URL(request.url).searchParams)
  const { items, total } = await listItems(await loadOwnItems(), query)
  const { limit, offset } = query
  return answerJson(request, { x402Version: 2, items, pagination: { limit, offset, total } })
}
