import { ResourceDraft, Execution, Listing, type Resource } from '@/lib/merchants'
import * as PublishedAction from './PublishedAction'

type Declaring = Pick<Resource, 'merchantSlug' | 'method' | 'path' | 'listing' | 'execution' | 'identifierRequired'>

const bodyMethods: readonly string[] = ['POST', 'PUT', 'PATCH']

/** The path templates that bazaar catalogues accept. */
const templatePattern = /^\/[A-Za-z0-9_/:.\-~]+$/

const anything: Listing.ListingSide = { schema: { type: 'object', properties: {} }, example: {} }

// Keyed by the resource object: an edit makes a new object, so no entry becomes stale.
const known = new WeakMap<Declaring, Listing.DeclaredCall>()

/**
 * A resource's call in the form for directories. `params` holds the values of its `:name`s, by name without the
 * colon.
 */
export function from(resource: Declaring, params?: Readonly<Record<string, string>>): Listing.DeclaredCall {
  const declared = known.get(resource) ?? make(resource)
  known.set(resource, declared)
  return params ? { ...declared, params } : declared
}

function make(resource: Declaring): Listing.DeclaredCall {
  const { merchantSlug, method, path, listing, execution, identifierRequired } = resource
  const names = ResourceDraft.namesIn(path)
  const { serviceName, tags, iconUrl, query, body, output } = execution ? ofAction(listing, execution) : listing
  const hasBody = bodyMethods.includes(method)
  const whole = `/gateway/${merchantSlug}${path}`
  const sides = {
    query: Listing.complete(query, hasBody ? undefined : anything),
    body: hasBody ? Listing.complete(body, anything) : undefined,
    output: Listing.complete(output),
  }
  return {
    serviceName,
    tags,
    iconUrl,
    ...(sides.query && { query: sides.query }),
    ...(sides.body && { body: sides.body }),
    ...(sides.output && { output: sides.output }),
    ...(names.length > 0 && templatePattern.test(whole) && { template: whole }),
    params: Object.fromEntries(names.map((name) => [name, name])),
    identifierRequired,
  }
}

/** An action's inputs come from its arguments; other declared inputs are ignored. */
function ofAction(listing: Listing.Listing, execution: Execution.Execution): Listing.Listing {
  const action = PublishedAction.from(execution, Execution.wanted(execution))
  return { ...listing, query: PublishedAction.partOf(action, 'query'), body: PublishedAction.partOf(action, 'body') }
}
