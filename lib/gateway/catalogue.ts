import { env } from '../env'
import { answer, Entry, listItems, llms, openApi, Query, wellKnown, type Item } from '@/lib/discovery'
import { gatewayUrl, listSellers, loadMerchantResources, type Resource } from '@/lib/merchants'
import { describeChallenge } from './describe-challenge'
import type * as Route from './Route'

/** GET /openapi.json: everything that is on sale here. Sends nothing and stores nothing, like all of this file. */
export async function serveOpenApi(request: Request): Promise<Response> {
  const scope = { title: 'Sluice', serverUrl: env.PUBLIC_URL, whole: true }
  return answerJson(request, openApi(await loadEntries(), scope))
}

/** GET /llms.txt: the same in words. */
export async function serveLlms(request: Request): Promise<Response> {
  return answer(request, llms(await loadEntries()), 'text/plain; charset=utf-8')
}

/** GET /.well-known/x402: the addresses of all of it, as directories of x402 ask for them. */
export async function serveWellKnown(request: Request): Promise<Response> {
  return answerJson(request, wellKnown(await loadEntries()))
}

/** The same three below /gateway/{merchant}, unless the merchant sells something there: what this one has on sale. */
export function serveMerchant(
  request: Request,
  document: Route.Document,
  slug: string,
  resources: readonly Resource[],
): Response {
  const entries = entriesOf(resources)
  if (document === '/llms.txt') return answer(request, llms(entries, slug), 'text/plain; charset=utf-8')
  if (document === '/.well-known/x402') return answerJson(request, wellKnown(entries))
  return answerJson(request, openApi(entries, { title: slug, serverUrl: gatewayUrl(slug), whole: false }))
}

/**
 * GET /facilitator/discovery/resources: the bazaar, a page of it: what is sold here, and what others sell that was paid through
 * this facilitator. @throws AppError bad-input
 */
export async function serveBazaar(request: Request): Promise<Response> {
  const query = Query.from(new URL(request.url).searchParams)
  const { items, total } = await listItems(await ownItems(), query)
  const { limit, offset } = query
  return answerJson(request, { x402Version: 2, items, pagination: { limit, offset, total } })
}

/** GET /facilitator/discovery/search: the same by words, as x402's clients ask for it. @throws AppError bad-input */
export async function serveBazaarSearch(request: Request): Promise<Response> {
  const query = Query.from(new URL(request.url).searchParams)
  const { items: resources, total } = await listItems(await ownItems(), query)
  const { limit, offset } = query
  const cursor = total > offset + limit ? String(offset + limit) : null
  return answerJson(request, {
    x402Version: 2,
    resources,
    partialResults: cursor !== null,
    pagination: { limit, cursor },
  })
}

async function ownItems(): Promise<readonly Item[]> {
  return (await loadEntries()).flatMap(({ item }) => item ?? [])
}

/** Everything on sale here. */
async function loadEntries(): Promise<readonly Entry.Entry[]> {
  const merchants = await Promise.all((await listSellers()).map(loadMerchantResources))
  return merchants.flatMap((merchant) => (merchant ? entriesOf(merchant.resources) : []))
}

// A resource list is replaced as a whole when it changes, so what its challenges say can live as long as it does.
const described = new WeakMap<readonly Resource[], readonly Entry.Entry[]>()

/** What is on sale, with what the 402 of each would offer now: made by the 402's own adapters. */
function entriesOf(resources: readonly Resource[]): readonly Entry.Entry[] {
  const known = described.get(resources)
  if (known) return known
  const entries = resources
    .filter(({ status }) => status === 'live')
    .map((resource) => {
      const isFree = resource.priceMicros === 0n && !resource.pricing
      const nowMs = Date.now()
      return Entry.from(resource, isFree ? { decoded: [] } : describeChallenge(resource, nowMs), nowMs)
    })
  described.set(resources, entries)
  return entries
}

function answerJson(request: Request, document: Record<string, unknown>): Response {
  return answer(request, JSON.stringify(document), 'application/json')
}
