import { ResourceDraft, Execution, type Listing, type Resource } from '@/lib/merchants'
import { Amount } from '@/lib/money'
import { PricePlan } from '@/lib/pricing'
import { env } from '../env'
import * as PublishedAction from './PublishedAction'
import type { BazaarItem } from './bazaar/BazaarItem'
import * as Declaration from './Declaration'
import * as PaymentOffer from './PaymentOffer'

/** The public part of a resource on sale. Leaves out the upstream and its secrets. */
export type CatalogueEntry = Pick<
  Resource,
  'merchantSlug' | 'method' | 'path' | 'name' | 'description' | 'mimeType'
> & {
  isFree: boolean
  /** Price of a call in dollars. */
  price: CataloguePrice
  /** How a call is priced, in sentences. Absent for a fixed price. */
  terms?: readonly string[]
  offers: readonly PaymentOffer.PaymentOffer[]
  /** The bazaar's item; absent if x402 cannot pay for it. */
  item?: BazaarItem
  /** How to call it, and the shape of its answer. */
  declared: Listing.DeclaredCall
  /** Seconds during which a wallet that paid may come back; null: it pays every time. */
  accessSeconds: number | null
  /** Present if the resource sells an action on chain. */
  action?: PublishedAction.PublishedAction
}

/** Decimal dollars: one amount, or bounds for a variable price. */
export type CataloguePrice = { mode: 'fixed'; amount: string } | { mode: 'dynamic'; min: string; max: string }

/** A 402, as `describeChallenge` makes it. */
export type DescribedChallenge = { decoded: readonly Record<string, unknown>[]; body?: Record<string, unknown> }

/**
 * The entry of a resource. The second argument is its 402, empty for a free resource; `nowMs` is the time of the 402.
 */
export function from(resource: Resource, { decoded, body }: DescribedChallenge, nowMs: number): CatalogueEntry {
  const { merchantSlug, method, path, name, description, mimeType, priceMicros, execution, accessSeconds } = resource
  const isFree = priceMicros === 0n && !resource.pricing
  return {
    merchantSlug,
    method,
    path,
    name,
    description,
    mimeType,
    isFree,
    price: priceOf(resource),
    ...(resource.pricing && { terms: PricePlan.forAgents(resource.pricing) }),
    declared: Declaration.from(resource),
    accessSeconds,
    offers: decoded.map(PaymentOffer.fromDecoded),
    ...toItem(resource, decoded, body, nowMs),
    ...(execution && { action: PublishedAction.from(execution, Execution.wanted(execution)) }),
  }
}

function toItem(
  { merchantSlug, path, description, name, mimeType, ...resource }: Resource,
  decoded: DescribedChallenge['decoded'],
  body: DescribedChallenge['body'],
  nowMs: number,
): { item?: BazaarItem } {
  const accepts = decoded.filter((offer) => 'x402Version' in offer).map(toAccept)
  const { serviceName, tags, iconUrl } = Declaration.from({ merchantSlug, path, ...resource })
  const { bazaar } = (body?.extensions ?? {}) as { bazaar?: unknown }
  if (accepts.length === 0) return {}
  return {
    item: {
      resource: `${env.PUBLIC_URL}/gateway/${merchantSlug}${path}`,
      type: 'http',
      x402Version: 2,
      accepts,
      lastUpdated: new Date(nowMs).toISOString(),
      description: description || name,
      mimeType,
      ...(serviceName !== undefined && { serviceName }),
      ...(tags.length > 0 && { tags }),
      ...(iconUrl !== undefined && { iconUrl }),
      ...(bazaar !== undefined && { extensions: { bazaar } }),
    },
  }
}

/** Drops the quote, because its price is for one agent only. */
function toAccept({ x402Version: _version, ...accepted }: Record<string, unknown>): Record<string, unknown> {
  const { quote: _quote, ...extra } = accepted.extra as Record<string, unknown>
  return { ...accepted, extra }
}

function priceOf({ pricing, priceMicros, session, meter, depositUnits }: Resource): CataloguePrice {
  const dollars = (micros: bigint) => Amount.toDecimal(micros, 6)
  if (session && meter !== 'request')
    return { mode: 'dynamic', min: dollars(priceMicros), max: dollars(priceMicros * BigInt(depositUnits)) }
  if (pricing?.unit && pricing.maxMicros !== null)
    return { mode: 'dynamic', min: dollars(pricing.minMicros ?? pricing.baseMicros), max: dollars(pricing.maxMicros) }
  return { mode: 'fixed', amount: dollars(pricing?.baseMicros ?? priceMicros) }
}

/** Public address, with an example value for each name of the path. */
export function urlOf({ merchantSlug, path, declared }: CatalogueEntry, origin: string): string {
  const filled = path.replace(/(?<=\/):([A-Za-z_]\w*)(?=\/|$)/g, (_, name: string) =>
    encodeURIComponent(declared.params[name] ?? name),
  )
  return `${origin}/gateway/${merchantSlug}${filled}`
}

/** The path as OpenAPI writes it, `{name}` for `:name`, and its names. */
export function templateOf(path: string): { template: string; names: readonly string[] } {
  const names: string[] = []
  const template = path.replace(/(?<=\/):([A-Za-z_]\w*)(?=\/|$)/g, (_, name: string) => {
    names.push(name)
    return `{${name}}`
  })
  return { template, names }
}

/** Entries of the same shape match the same paths, whatever their names. */
export function shapeOf({ merchantSlug, path }: CatalogueEntry): string {
  return `${merchantSlug}${ResourceDraft.shapeOf(path)}`
}
