import { env } from '../env'
import * as PublishedAction from './PublishedAction'
import * as CatalogueEntry from './CatalogueEntry'
import { byCommand, byMpp, bySession, byX402, mppMethods, type ExampleCall, type MppMethod } from './examples'
import * as PaymentOffer from './PaymentOffer'
import { comeBack } from './open-api'
import * as Text from './Text'

/**
 * `/llms.txt`: the OpenAPI document in words, short enough for a model to read at once. `merchant` is a slug; with
 * it, the document covers that merchant's offers only, at its own address.
 */
export function llms(entries: readonly CatalogueEntry.CatalogueEntry[], merchant?: string): string {
  const origin = env.PUBLIC_URL
  const base = merchant === undefined ? origin : `${origin}/gateway/${merchant}`
  return `# ${merchant ?? 'Sluice'} at ${new URL(origin).host}

> HTTP APIs that software pays for by the call, with x402 or MPP. There is no account and no API key: send the request,
> read the 402, send it again with a payment.

- [OpenAPI](${base}/openapi.json): the same in OpenAPI 3.1, offers in \`x-payment-info\`, amounts in base units of the token.
- [For directories](${base}/.well-known/x402): the addresses that can be paid by x402; ${origin}/facilitator/discovery/resources is
  the bazaar, with search by \`query\`.
- [MCP](${origin}/api/mcp${merchant === undefined ? '' : `/${merchant}`}): the same resources as tools (streamable HTTP). A tool asks for its payment in its result.
- [Documentation](${origin}/docs): guides for buyers and sellers; each page is Markdown too, ${origin}/docs/pay-x402.md, and
  ${origin}/llms-full.txt has all of them.
- [Errors](${origin}/docs/errors): every error code, what it means and what to do.

What a 402 says comes before what is written here. Its price is held for five minutes.

## On sale

${onSale(entries)}${howToPay(entries)}
## When it fails

Every refusal is \`application/problem+json\` (RFC 9457); its \`code\` has the page ${origin}/docs/errors/{code}, and \`retryable\` says whether
the same request may succeed later. After 503 \`settlement-pending\` send the same request with the same credential, never a new
one: a credential is charged once, however often it is sent. Answers that fail before they begin are not charged, or refunded.
`
}

function onSale(entries: readonly CatalogueEntry.CatalogueEntry[]): string {
  if (entries.length === 0) return 'Nothing at the moment.\n'
  const merchants = [...new Set(entries.map(({ merchantSlug }) => merchantSlug))]
  return merchants
    .map((slug) => {
      const own = entries.filter(({ merchantSlug }) => merchantSlug === slug)
      return `### ${slug}\n\n${own.map(toItem).join('')}`
    })
    .join('\n')
}

function toItem(entry: CatalogueEntry.CatalogueEntry): string {
  const words = [entry.name, entry.description].map(Text.toMarkdown).filter(Boolean).join(': ')
  const { action, accessSeconds, terms } = entry
  const counted = terms ? [`priced by the call: ${terms.join('; ')}`] : []
  const lines = [
    ...counted,
    ...(action ? [PublishedAction.inWords(action)] : []),
    ...(accessSeconds ? [comeBack(accessSeconds)] : []),
  ]
  const prices = entry.isFree ? ['free'] : entry.offers.map(priceOf)
  return `- \`${entry.method} ${urlOf(entry)}\` ${words}\n${[...lines, ...prices].map((line) => `  - ${line}\n`).join('')}`
}

function priceOf(offer: PaymentOffer.PaymentOffer): string {
  const way = offer.protocol === 'x402' ? `x402 ${offer.method}` : `MPP ${offer.method}/${offer.intent}`
  return `${Text.toMarkdown(PaymentOffer.inWords(offer))}, by ${way}`
}

function howToPay(entries: readonly CatalogueEntry.CatalogueEntry[]): string {
  // The examples need an address without {name}s to fill in.
  const plain = entries.filter(({ path }) => CatalogueEntry.templateOf(path).names.length === 0)
  const ways = [...x402Way(plain), ...mppWay(plain)]
  return ways.length === 0 ? '' : `\n## How to pay\n\n${ways.join('\n')}`
}

function x402Way(entries: readonly CatalogueEntry.CatalogueEntry[]): string[] {
  const entry = entries.find(({ offers }) => offers.some(isX402))
  if (!entry) return []
  return [
    `### x402

The header \`PAYMENT-REQUIRED\` of the 402 lists the offers; send \`PAYMENT-SIGNATURE\`.

${code(byX402({ method: entry.method, url: urlOf(entry) }))}`,
  ]
}

function mppWay(entries: readonly CatalogueEntry.CatalogueEntry[]): string[] {
  const all = mppMethods(entries.flatMap(({ offers }) => offers))
  const entry = entries.find(({ offers }) => mppMethods(offers)[0]?.code === all[0]?.code)
  const [payment, ...others] = all
  if (!entry || !payment) return []
  const more =
    others.length > 0
      ? ` Other offers here are paid with ${others.map(({ code: one }) => `\`${one}\``).join(', ')}.`
      : ''
  return [
    `### MPP

The headers \`WWW-Authenticate: Payment\` of the 402 are the offers; send \`Authorization: Payment\`. In a terminal,
\`${byCommand({ method: entry.method, url: urlOf(entry) })}\` does the same.${more}

${code(programFor({ method: entry.method, url: urlOf(entry) }, payment))}`,
  ]
}

function programFor(call: ExampleCall, method: MppMethod): string {
  return method.code.startsWith('tempo.session') ? bySession(call, method.network) : byMpp(call, method)
}

function isX402({ protocol }: PaymentOffer.PaymentOffer): boolean {
  return protocol === 'x402'
}

function code(text: string): string {
  return `\`\`\`js\n${text}\n\`\`\`\n`
}

function urlOf({ merchantSlug, path }: CatalogueEntry.CatalogueEntry): string {
  return `${env.PUBLIC_URL}/gateway/${merchantSlug}${CatalogueEntry.templateOf(path).template}`
}
