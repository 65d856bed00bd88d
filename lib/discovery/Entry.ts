import { Draft, Execution, type Resource } from '@/lib/merchants'
import * as Action from './Action'
import * as Offer from './Offer'

/** Something on sale: what the world may know of a resource. Where it comes from and by which secrets is not in it. */
export type Entry = Pick<Resource, 'merchantSlug' | 'method' | 'path' | 'name' | 'description' | 'mimeType'> & {
  isFree: boolean
  offers: readonly Offer.Offer[]
  /** Present where an action on chain is sold. */
  action?: Action.Action
}

/** `decoded` are the challenges of its 402; of a free resource none. */
export function from(resource: Resource, decoded: readonly Record<string, unknown>[]): Entry {
  const { merchantSlug, method, path, name, description, mimeType, priceMicros, execution } = resource
  const isFree = priceMicros === 0n
  return {
    merchantSlug,
    method,
    path,
    name,
    description,
    mimeType,
    isFree,
    offers: decoded.map(Offer.fromDecoded),
    ...(execution && { action: Action.from(execution, Execution.wanted(execution)) }),
  }
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
