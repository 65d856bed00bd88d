import { Chain } from '@/lib/chains'
import { byCommand, bySession, byX402, inShell, type ExampleCall } from '@/lib/discovery'
import { Html } from '@/lib/html'
import type { Resource } from '@/lib/merchants'
import { Amount, Caip, type Caip2 } from '@/lib/money'
import { PricePlan, type Quote } from '@/lib/pricing'

/** The 402 as a page for browsers: the price, the networks, and how to pay. No script, no external resource. */

export type PaywallInput = {
  resource: Pick<Resource, 'name' | 'description' | 'method' | 'mimeType' | 'pricing'>
  quote: Quote.Quote
  /** The challenges, as decoded by `challengeAll`. */
  decoded: readonly Record<string, unknown>[]
  /** Public URL of the resource. */
  url: string
}

/** Renders the page. Add `headers` to those of the 402. */
export function renderPaywall({ resource, quote, decoded, url }: PaywallInput): {
  html: string
  headers: Record<string, string>
} {
  const price = Amount.formatDollars(quote.priceMicros)
  const unit = unitOf(decoded)
  const body = Html.html`<main>
    <p class="eyebrow">402 · Payment required</p>
    <h1>${resource.name}</h1>
    ${resource.description && Html.html`<p class="lead">${resource.description}</p>`}
    <p class="price">
      ${quote.metered && Html.html`<span>at most</span> `}<strong>${price}</strong>
      <span>per ${unit ?? 'call'}</span>
    </p>
    ${resource.pricing !== null && Html.html`<p class="muted">${PricePlan.forAgents(resource.pricing).join(' · ')}</p>`}
    <p class="call"><code>${resource.method} ${url}</code></p>
    <p class="muted">
      This address is sold to software: an agent pays and gets the answer in the same request. Opening it in a browser
      costs nothing.
    </p>
    ${networks(quote, decoded)} ${instructions({ resource, quote, decoded, url })}
    <details>
      <summary>What the challenge says</summary>
      <pre tabindex="0"><code>${JSON.stringify(decoded, null, 2)}</code></pre>
    </details>
    <nav class="links" aria-label="More">
      <a href="${shopOf(url)}">Everything this shop sells</a>
      <a href="/docs/pay-x402">How to pay by x402</a>
      <a href="/docs/pay-mpp">How to pay by MPP</a>
      <a href="/docs/errors">Errors</a>
    </nav>
  </main>`
  return Html.document({ title: `${price} · ${resource.name}`, style, body, isApart: true })
}

/** The page of the shop that sells it: the merchant's slug is the first part of a path below /gateway. */
function shopOf(url: string): string {
  const [, , slug = ''] = new URL(url).pathname.split('/')
  return `/s/${slug}`
}

/** The table of networks, with the amount on each. */
function networks(quote: Quote.Quote, decoded: PaywallInput['decoded']): Html.Html {
  return Html.html`<h2>Where it can be paid</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Network</th>
            <th scope="col">Amount</th>
            <th scope="col">Protocols</th>
          </tr>
        </thead>
        <tbody>
          ${waysToPay(quote, decoded).map(
            (way) =>
              Html.html`<tr>
                <td>${way.name}<br /><span class="muted">${way.network}</span></td>
                <td class="number">${way.amount}</td>
                <td>${way.protocols.join(', ')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

/** How an agent pays: from a terminal, from code, by hand. */
function instructions({ resource, quote, decoded, url }: PaywallInput): Html.Html {
  const call = { method: resource.method, url }
  const expires = new Date(quote.expiresAtMs).toISOString().replace('T', ' ').slice(0, 16)
  return Html.html`<h2>How to pay</h2>
    <h3>From a terminal</h3>
    <pre tabindex="0"><code>${byCommand(call)}</code></pre>
    <h3>From code</h3>
    <pre tabindex="0"><code>${byCode(call, decoded)}</code></pre>
    <h3>See the challenge first</h3>
    <pre
      tabindex="0"
    ><code>curl -i${resource.method === 'GET' ? '' : ` -X ${resource.method}`} ${inShell(url)}</code></pre>
    <p class="muted">The price is held until ${expires} UTC. An answer that fails before it begins is not charged.</p>`
}

function byCode(call: ExampleCall, decoded: PaywallInput['decoded']): string {
  const network = networkOf(decoded[0] ?? {})
  if (unitOf(decoded) === undefined || network === undefined) return byX402(call)
  return bySession(call, Caip.parse(network))
}

function isSession(offer: Record<string, unknown>): boolean {
  return offer.intent === 'session'
}

/** The unit that the price buys if only sessions are offered; undefined means a call. */
function unitOf(decoded: PaywallInput['decoded']): string | undefined {
  const [first] = decoded
  if (!first || !decoded.every(isSession)) return undefined
  return (first.request as { unitType?: string } | undefined)?.unitType
}

type Way = { name: string; network: Caip2; amount: string; protocols: string[] }

/** The networks with at least one challenge, and the price on each. */
function waysToPay(quote: Quote.Quote, decoded: PaywallInput['decoded']): Way[] {
  return quote.payouts.flatMap(({ network }) => {
    const offers = decoded.filter((offer) => networkOf(offer) === network)
    const chain = Chain.find(network)
    if (offers.length === 0 || !chain) return []
    const [asset] = chain.assets
    const amountBase = Amount.microsToBase(quote.priceMicros, asset.decimals)
    const protocols = offers.map((offer) =>
      'x402Version' in offer ? 'x402' : isSession(offer) ? 'MPP session' : 'MPP',
    )
    return [
      {
        name: chain.name,
        network,
        amount: `${Amount.toDecimal(amountBase, asset.decimals)} ${asset.symbol}`,
        protocols: [...new Set(protocols)],
      },
    ]
  })
}

/** x402 gives the network; MPP's evm and tempo methods give the chain id. */
function networkOf(offer: Record<string, unknown>): string | undefined {
  if (typeof offer.network === 'string') return offer.network
  const details = (offer.request as { methodDetails?: { chainId?: unknown } } | undefined)?.methodDetails
  return details?.chainId === undefined ? undefined : `eip155:${String(details.chainId)}`
}

const style = `${Html.baseStyle}
main { max-width: 44rem; margin: 0 auto; padding: clamp(1.5rem, 6vw, 4rem) 1.25rem 4rem }
h2 { font-size: 1.05rem }
h3 { margin: 1.25rem 0 .4rem; font-size: .875rem; font-weight: 500; color: var(--soft) }
p { margin: .5rem 0 }
.eyebrow { margin: 0; color: var(--brand); font-size: .8125rem; font-weight: 600; letter-spacing: .02em }
.lead { color: var(--soft); overflow-wrap: anywhere }
.price { margin: 1.25rem 0 .75rem; font-variant-numeric: tabular-nums }
.price strong { font-size: 2.25rem; font-weight: 600; letter-spacing: -.03em }
.price span { color: var(--soft) }
.call code { overflow-wrap: anywhere }
.number { font-variant-numeric: tabular-nums; white-space: nowrap }
.links { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .875rem }
details { margin-top: 1.5rem }
summary { font-size: .875rem; color: var(--soft); padding: .25rem 0 }
details pre { margin-top: .5rem; max-height: 24rem }
`
