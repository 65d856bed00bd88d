import { createHash } from 'node:crypto'
import { Chain } from '@/lib/chains'
import { byCommand, byMpp, byX402, inShell } from '@/lib/discovery'
import type { Resource } from '@/lib/merchants'
import { Amount, type Caip2 } from '@/lib/money'
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
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${price} · ${resource.name}</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <p class="eyebrow">402 · Payment required</p>
          <h1>${resource.name}</h1>
          ${resource.description ? html`<p class="lead">${resource.description}</p>` : ''}
          <p class="price">
            ${quote.metered ? html`<span>at most</span> ` : ''}<strong>${price}</strong>
            <span>per ${unit ?? 'call'}</span>
          </p>
          ${resource.pricing ? html`<p class="muted">${PricePlan.forAgents(resource.pricing).join(' · ')}</p>` : ''}
          <p class="call"><code>${resource.method} ${url}</code></p>
          <p class="muted">
            This address is sold to software: an agent pays and gets the answer in the same request. Opening it in a
            browser costs nothing.
          </p>

          ${networks(quote, decoded)} ${instructions({ resource, quote, decoded, url })}

          <details>
            <summary>What the challenge says</summary>
            <pre tabindex="0"><code>${JSON.stringify(decoded, null, 2)}</code></pre>
          </details>
        </main>
      </body>
    </html> `
  return {
    html: page.text,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  }
}

/** The table of networks, with the amount on each. */
function networks(quote: Quote.Quote, decoded: PaywallInput['decoded']): Html {
  return html`<h2>Where it can be paid</h2>
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
              html`<tr>
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
function instructions({ resource, quote, decoded, url }: PaywallInput): Html {
  const byCode =
    unitOf(decoded) === undefined ? byX402(resource.method, url) : byMpp(resource.method, url, sessionMethod)
  const expires = new Date(quote.expiresAtMs).toISOString().replace('T', ' ').slice(0, 16)
  return html`<h2>How to pay</h2>
    <h3>From a terminal</h3>
    <pre tabindex="0"><code>${byCommand(resource.method, url)}</code></pre>
    <h3>From code</h3>
    <pre tabindex="0"><code>${byCode}</code></pre>
    <h3>See the challenge first</h3>
    <pre
      tabindex="0"
    ><code>curl -i${resource.method === 'GET' ? '' : ` -X ${resource.method}`} ${inShell(url)}</code></pre>
    <p class="muted">The price is held until ${expires} UTC. An answer that fails before it begins is not charged.</p>`
}

const sessionMethod = "tempo.session({ account, maxDeposit: '1' })"

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

/** Text that is already HTML. All other values in a template are escaped. */
type Html = { readonly text: string }

function html(strings: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const parts = values.map((value) =>
    typeof value === 'string' ? escape(value) : 'text' in value ? value.text : value.map(({ text }) => text).join(''),
  )
  return { text: strings.map((part, index) => part + (parts[index] ?? '')).join('') }
}

function trusted(text: string): Html {
  return { text }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char)
}

const style = `
:root { color-scheme: light dark; --ground: #fbfbfc; --card: #fff; --ink: #1c1d21; --soft: #62656d; --line: #e2e3e7; --code: #f4f5f7; --brand: #2f5bd7 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d0e10; --card: #141518; --ink: #ecedef; --soft: #9fa2aa; --line: #2a2c31; --code: #1b1d21; --brand: #8fb0ff }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; -webkit-text-size-adjust: 100% }
main { max-width: 44rem; margin: 0 auto; padding: clamp(1.5rem, 6vw, 4rem) 1.25rem 4rem }
h1 { margin: .25rem 0 .5rem; font-size: clamp(1.5rem, 5vw, 2rem); line-height: 1.2; letter-spacing: -.02em; overflow-wrap: anywhere }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.05rem; letter-spacing: -.01em }
h3 { margin: 1.25rem 0 .4rem; font-size: .875rem; font-weight: 500; color: var(--soft) }
p { margin: .5rem 0 }
.eyebrow { margin: 0; color: var(--brand); font-size: .8125rem; font-weight: 600; letter-spacing: .02em }
.lead { color: var(--soft); overflow-wrap: anywhere }
.price { margin: 1.25rem 0 .75rem; font-variant-numeric: tabular-nums }
.price strong { font-size: 2.25rem; font-weight: 600; letter-spacing: -.03em }
.price span, .muted { color: var(--soft) }
.muted { font-size: .875rem }
code { font: .8125rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
.call code { overflow-wrap: anywhere }
pre { margin: 0; padding: .75rem .9rem; overflow-x: auto; background: var(--code); border: 1px solid var(--line); border-radius: .5rem }
pre:focus-visible, summary:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
table { width: 100%; border-collapse: collapse; font-size: .875rem }
th, td { padding: .6rem .9rem; text-align: left; vertical-align: top }
th { color: var(--soft); font-weight: 500; border-bottom: 1px solid var(--line) }
tr + tr td { border-top: 1px solid var(--line) }
.number { font-variant-numeric: tabular-nums; white-space: nowrap }
details { margin-top: 1.5rem }
summary { cursor: pointer; font-size: .875rem; color: var(--soft); padding: .25rem 0 }
details pre { margin-top: .5rem; max-height: 24rem }
`

const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  'sandbox',
].join('; ')
