import { answer, llms, openApi, wellKnown } from '@/lib/discovery'
import { gatewayUrl, type Resource } from '@/lib/merchants'
import type * as Route from '../Route'
import { entriesOf } from './entries-of'
import { answerJson } from './answer-json'

/**
 * Serves the three discovery documents below /gateway/{merchant}, with this merchant's resources only. A merchant's own
 * resource at such a path comes first.
 */
export async function serveMerchant(
  request: Request,
  document: Route.RouteDocument,
  slug: string,
  resources: readonly Resource[],
): Promise<Response> {
  const entries = await entriesOf(resources)
  if (document === '/llms.txt') return answer(request, llms(entries, slug), 'text/plain; charset=utf-8')
  if (document === '/.well-known/x402') return answerJson(request, wellKnown(entries))
  return answerJson(request, openApi(entries, { title: slug, serverUrl: gatewayUrl(slug), whole: false }))
}
