import { answer } from '@/app/_lib/answer'
import { answer as cached } from '@/lib/discovery'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { quoteRequest, QuoteView, Route } from '@/lib/gateway'
import { findResourceAddress } from '@/lib/merchants'
import { Filter } from '@/lib/paging'

/** The price of a request and its offers. Needs no key; as fresh as the discovery documents. */
export const GET = (request: Request) =>
  answer(async () => {
    const params = new URL(request.url).searchParams
    const [url, resource, method] = ['url', 'resource', 'method'].map((name) => params.get(name) ?? undefined)
    if ((url === undefined) === (resource === undefined))
      throw wrong('url', 'Send either url, the address that is to be called, or resource, the id of a resource.')
    const asked = resource === undefined ? { target: targetOf(url ?? ''), method } : await ofResource(resource)
    const quoted = QuoteView.from(await quoteRequest(asked, Date.now()))
    return cached(request, JSON.stringify(quoted), 'application/json')
  })

/** Keeps the names of a path parameters as values: every value costs the same. */
async function ofResource(id: string): Promise<{ target: string; method: string }> {
  const found = Filter.isId(id.toLowerCase()) ? await findResourceAddress(id.toLowerCase()) : undefined
  if (!found) throw new AppError('resource-not-found', 'There is no resource with this id on sale.')
  const path = found.path.replaceAll('/:', '/')
  return { target: `${Route.gatewayPrefix}${found.merchantSlug}${path}`, method: found.method }
}

function targetOf(url: string): string {
  if (url.startsWith('/')) return url
  if (url.startsWith(`${env.PUBLIC_URL}/`)) return url.slice(env.PUBLIC_URL.length)
  throw wrong('url', `Only what is called below ${env.PUBLIC_URL}/gateway/ is sold here.`)
}

function wrong(field: string, message: string): AppError {
  return new AppError('bad-input', message, { fields: [{ field, message }] })
}
