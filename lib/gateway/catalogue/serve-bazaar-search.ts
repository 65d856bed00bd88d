import { listItems, BazaarQuery } from '@/lib/discovery'
import { answerJson } from './answer-json'
import { loadOwnItems } from './load-own-items'

/**
 * GET /facilitator/discovery/search: searches the bazaar by words, in the form of x402's clients.
 * @throws AppError bad-input
 */
export async function serveBazaarSearch(request: Request): Promise<Response> {
  const query = BazaarQuery.from(new URL(request.url).searchParams)
  const { items: resources, total } = await listItems(await loadOwnItems(), query)
  const { limit, offset } = query
  const cursor = total > offset + limit ? String(offset + limit) : null
  return answerJson(request, {
    x402Version: 2,
    resources,
    partialResults: cursor !== null,
    pagination: { limit, cursor },
  })
}
