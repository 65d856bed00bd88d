import { labelNetwork, labelToken } from '@/lib/chains'
import { CatalogueEntry, PublishedAction, type PaymentOffer } from '@/lib/discovery'
import { Html } from '@/lib/html'
import type { Shop } from '@/lib/merchants'
import { Amount } from '@/lib/money'

/** The public page of a shop: what is on sale, at which price, on which networks, by which protocols. No script. */

type Made = { html: string; headers: Record<string, string> }

/** @param origin public URL of this server. */
export function renderShop(
  { slug, name }: Shop,
  entries: readonly CatalogueEntry.CatalogueEntry[],
  origin: string,
): Made {
  const count = entries.length === 1 ? '1 resource' : `${entries.length} resources`
  const body = Html.html`<main>
    <p class="eyebrow">Shop · ${slug}</p>
    <h1>${name}</h1>
    <p class="lead">
      ${entries.length === 0 ? 'Nothing is on sale at the moment.' : `${count} on sale. Software pays by the call: no account, no API key.`}
    </p>
    ${entries.length === 0 ? empty : Html.html`<ul class="wares">${entries.map((entry) => ware(entry, origin))}</ul>`}
    <h2>For software</h2>
    <ul class="plain">
      <li><a href="/gateway/${slug}/llms.txt">llms.txt</a>: the same for a language model</li>
      <li><a href="/gateway/${slug}/openapi.json">openapi.json</a>: the same as OpenAPI 3.1</li>
      <li><code>${origin}/api/mcp/${slug}</code>: the same as MCP tools</li>
    </ul>
    <nav class="links" aria-label="More">
      <a href="/docs/pay-x402">How to pay by x402</a>
      <a href="/docs/pay-mpp">How to pay by MPP</a>
      <a href="/docs">Documentation</a>
    </nav>
  </main>`
  const description = `${name}: ${count} that software pays for by the call, with x402 or MPP.`
  return Html.document({ title: `${name} · Sluice`, description, style, body, isApart: true })
}

export function renderUnknownShop(slug: string): Made {
  const body = Html.html`<main>
    <p class="eyebrow">404</p>
    <h1>There is no such shop</h1>
    <p class="lead">No shop here has the name “${slug}”. Check the address.</p>
    <nav class="links" aria-label="More">
      <a href="/llms.txt">Everything on sale here</a>
      <a href="/docs">Documentation</a>
    </nav>
  </main>`
  return Html.document({ title: 'No such shop · Sluice', style, body, isApart: true })
}

const empty = Html.html`<p>
  A shop without live resources answers every request with 404. Its owner puts an API on sale in the dashboard:
  <a href="/docs/sell">Sell an API</a>.
</p>`

function ware(entry: CatalogueEntry.CatalogueEntry, origin: string): Html.Html {
  const url = `${origin}/gateway/${entry.merchantSlug}${CatalogueEntry.templateOf(entry.path).template}`
  const isOpenable = entry.method === 'GET' && !entry.path.includes(':')
  const notes = [...(entry.terms ?? []), ...(entry.action ? [PublishedAction.inWords(entry.action)] : [])]
  return Html.html`<li>
    <div class="head">
      <h2>${isOpenable ? Html.html`<a href="${url}">${entry.name}</a>` : entry.name}</h2>
      <p class="price">${priceOf(entry)}</p>
    </div>
    ${entry.description !== '' && Html.html`<p>${entry.description}</p>`}
    <p class="call"><code>${entry.method} ${url}</code></p>
    ${notes.length > 0 && Html.html`<p class="muted">${notes.join(' · ').replaceAll('`', '')}</p>`} ${ways(entry.offers)}
  </li>`
}

function priceOf({ isFree, price, offers }: CatalogueEntry.CatalogueEntry): Html.Html {
  if (isFree) return Html.html`<strong>Free</strong>`
  const unit = offers.find(
    (offer) => offer.unit !== undefined && offers.every(({ intent }) => intent === 'session'),
  )?.unit
  const dollars = price.mode === 'fixed' ? `$${price.amount}` : `$${price.min} to $${price.max}`
  return Html.html`<strong>${dollars}</strong> <span class="muted">per ${unit ?? 'call'}</span>`
}

/** One line a network: the amount and the ways to pay it. */
function ways(offers: readonly PaymentOffer.PaymentOffer[]): Html.Html {
  const networks = [...new Set(offers.map(({ network }) => network))]
  return Html.html`<ul class="ways">
    ${networks.map((network) => {
      const own = offers.filter((offer) => offer.network === network)
      const [first] = own
      if (!first) return Html.html``
      const { symbol, decimals } = labelToken(network, first.currency)
      return Html.html`<li>
        <span>${labelNetwork(network).name}</span>
        <span class="number">${Amount.toDecimal(first.amountBase, decimals)} ${symbol}</span>
        <span class="muted">${[...new Set(own.map(wayOf))].join(', ')}</span>
      </li>`
    })}
  </ul>`
}

function wayOf({ protocol, method, intent }: PaymentOffer.PaymentOffer): string {
  if (protocol === 'x402') return `x402 ${method}`
  return intent === 'session' ? 'MPP session' : 'MPP'
}

const style = `${Html.baseStyle}
main { max-width: 48rem; margin: 0 auto; padding: clamp(1.5rem, 6vw, 4rem) 1.25rem 4rem }
.eyebrow { margin: 0; color: var(--brand); font-size: .8125rem; font-weight: 600; letter-spacing: .02em; overflow-wrap: anywhere }
.lead { color: var(--soft); font-size: 1.0625rem; overflow-wrap: anywhere }
.wares, .ways, .plain { margin: 0; padding: 0; list-style: none }
.wares > li { margin-top: .9rem; padding: 1rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
.wares p { margin: .35rem 0; overflow-wrap: anywhere }
.head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .25rem 1rem }
.wares h2 { margin: 0; font-size: 1.0625rem; overflow-wrap: anywhere }
.head .price { margin: 0; font-variant-numeric: tabular-nums }
.price strong { font-weight: 600 }
.ways { margin-top: .6rem; font-size: .875rem }
.ways li { display: grid; grid-template-columns: 9rem 9rem minmax(0, 1fr); gap: .25rem .75rem; padding: .3rem 0; border-top: 1px solid var(--line) }
.ways .muted { overflow-wrap: anywhere }
.number { font-variant-numeric: tabular-nums }
.plain li { margin: .3rem 0; overflow-wrap: anywhere }
.links { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .875rem }
@media (max-width: 34rem) { .ways li { grid-template-columns: 1fr auto } .ways .muted { grid-column: 1 / -1 } }
`
