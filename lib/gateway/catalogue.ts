import { env } from '../env'
import {
  answer,
  CatalogueEntry,
  listItems,
  llms,
  openApi,
  BazaarQuery,
  wellKnown,
  type BazaarItem,
} from '@/lib/discovery'
import { gatewayUrl, listSellers, loadMerchantResources, type Resource } from '@/lib/merchants'
import { preview402, priceAt } from './preview-402'
import { findAcceptedMethods } from './find-accepted-methods'
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

/**
 * GET /facilitator/discovery/resources: the bazaar, a page of it: what is sold here, and what others sell that was paid through
 * this facilitator. @throws AppError bad-input
 */
export async function serveBazaar(request: Request): Promise<Response> {
  const query = BazaarQuery.from(new URL(request.url).searchParams)
  const { items, total } = await listItems(await ownItems(), query)
  const { limit, offset } = query
  return answerJson(request, { x402Version: 2, items, pagination: { limit, offset, total } })
}

/** GET /facilitator/discovery/search: the same by words, as x402's clients ask for it. @throws AppError bad-input */
export async function serveBazaarSearch(request: Request): Promise<Response> {
  const query = BazaarQuery.from(new URL(request.url).searchParams)
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

async function ownItems(): Promise<readonly BazaarItem[]> {
  return (await loadEntries()).flatMap(({ item }) => item ?? [])
}

/** Everything on sale here. */
async function loadEntries(): Promise<readonly CatalogueEntry.CatalogueEntry[]> {
  const merchants = await Promise.all((await listSellers()).map(loadMerchantResources))
  const entries = await Promise.all(merchants.map((merchant) => (merchant ? entriesOf(merchant.resources) : [])))
  return entries.flat()
}

/** What is on sale, with what the 402 of each would offer now: made by the 402's own adapters. */
function entriesOf(resources: readonly Resource[]): Promise<readonly CatalogueEntry.CatalogueEntry[]> {
  return Promise.all(resources.filter(({ status }) => status === 'live').map(entryOf))
}

// A resource is replaced as a whole when it is edited. Besides, the clock moves its price, and its merchant's route whom payers name.
const described = new WeakMap<Resource, { now: string; entry: CatalogueEntry.CatalogueEntry }>()

async function entryOf(resource: Resource): Promise<CatalogueEntry.CatalogueEntry> {
  const takes = await findAcceptedMethods(resource)
  const nowMs = Date.now()
  const { priceMicros, metered } = priceAt(resource, nowMs)
  const now = JSON.stringify([String(priceMicros), String(metered?.scale), takes.facilitators])
  const known = described.get(resource)
  if (known?.now === now) return known.entry
  const isFree = resource.priceMicros === 0n && !resource.pricing
  const said = isFree ? { decoded: [] } : preview402(resource, nowMs, {}, takes)
  const entry = CatalogueEntry.from(resource, said, nowMs)
  described.set(resource, { now, entry })
  return entry
}

function answerJson(request: Request, document: Record<string, unknown>): Response {
  return answer(request, JSON.stringify(document), 'application/json')
}
