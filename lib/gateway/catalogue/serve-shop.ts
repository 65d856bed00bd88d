import { env } from '../../env'
import { answer } from '@/lib/discovery'
import { findShop, loadMerchantResources } from '@/lib/merchants'
import { entriesOf } from './entries-of'
import { renderShop, renderUnknownShop } from './shop-page'

/** GET /s/{slug}: what a merchant has on sale, for people. A former slug leads to the present one. */
export async function serveShop(request: Request, slug: string): Promise<Response> {
  const shop = await findShop(slug)
  if (!shop) return page(request, renderUnknownShop(slug), 404)
  if (shop.slug !== slug) {
    const location = `${env.PUBLIC_URL}/s/${encodeURIComponent(shop.slug)}`
    return new Response(null, { status: 308, headers: { Location: location } })
  }
  const merchant = await loadMerchantResources(slug)
  return page(request, renderShop(shop, await entriesOf(merchant?.resources ?? []), env.PUBLIC_URL))
}

function page(request: Request, made: { html: string; headers: Record<string, string> }, status = 200): Response {
  const response = answer(request, made.html, 'text/html; charset=utf-8')
  if (response.status === 304) return response
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(made.headers)) headers.set(name, value)
  if (status !== 200) headers.set('Cache-Control', 'no-store')
  return new Response(response.body, { status, headers })
}
