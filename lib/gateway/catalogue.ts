import { env } from '../env'
import { answer, Entry, llms, openApi, wellKnown } from '@/lib/discovery'
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

/** Everything on sale here. */
export async function loadEntries(): Promise<readonly Entry.Entry[]> {
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
      return Entry.from(resource, isFree ? [] : describeChallenge(resource, Date.now()).decoded)
    })
  described.set(resources, entries)
  return entries
}

function answerJson(request: Request, document: Record<string, unknown>): Response {
  return answer(request, JSON.stringify(document), 'application/json')
}
