import { Draft, Execution, type Listing, type Resource } from '@/lib/merchants'
import { Amount } from '@/lib/money'
import * as Action from './Action'
import * as Declaration from './Declaration'
import * as Offer from './Offer'

/** Something on sale: what the world may know of a resource. Where it comes from and by which secrets is not in it. */
export type Entry = Pick<Resource, 'merchantSlug' | 'method' | 'path' | 'name' | 'description' | 'mimeType'> & {
  isFree: boolean
  /** What a call costs in dollars. */
  price: Price
  offers: readonly Offer.Offer[]
  /** How it is called, and what comes out. */
  declared: Listing.Declared
  /** For how long a wallet that paid may come back, in seconds; null: it pays every time. */
  accessSeconds: number | null
  /** Present where an action on chain is sold. */
  action?: Action.Action
}

/** Decimal dollars: one amount, or bounds where something is counted. */
export type Price = { mode: 'fixed'; amount: string } | { mode: 'dynamic'; min: string; max: string }

/** `decoded` are the challenges of its 402; of a free resource none. */
export function from(resource: Resource, decoded: readonly Record<string, unknown>[]): Entry {
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
    declared: Declaration.from(resource),
    accessSeconds,
    offers: decoded.map(Offer.fromDecoded),
    ...(execution && { action: Action.from(execution, Execution.wanted(execution)) }),
  }
}

function priceOf({ pricing, priceMicros, session, meter, depositUnits }: Resource): Price {
  const dollars = (micros: bigint) => Amount.toDecimal(micros, 6)
  if (session && meter !== 'request')
    return { mode: 'dynamic', min: dollars(priceMicros), max: dollars(priceMicros * BigInt(depositUnits)) }
  if (pricing?.unit && pricing.maxMicros !== null)
    return { mode: 'dynamic', min: dollars(pricing.minMicros ?? pricing.baseMicros), max: dollars(pricing.maxMicros) }
  return { mode: 'fixed', amount: dollars(pricing?.baseMicros ?? priceMicros) }
}

/** Public address, with an example for each name of the path. */
export function urlOf({ merchantSlug, path, declared }: Entry, origin: string): string {
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

/** Two entries with the same shape stand at the same paths, whatever they call their names. */
export function shapeOf({ merchantSlug, path }: Entry): string {
  return `${merchantSlug}${Draft.shapeOf(path)}`
}
