import { AppError } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'

/**
 * Finds the resource of a request. Each path has exactly one accepted spelling, so that no proxy or upstream can read it
 * differently than we do; every other spelling is refused as not found (docs/security.md#t19).
 */

/** Decoded values of a path's `:name` segments. */
export type PathParams = Readonly<Record<string, string>>

/** What to do with a request. */
export type MethodMeaning =
  /** Serve it, paid or free. Includes HEAD on a free GET. */
  | { kind: 'call'; resource: Resource; params: PathParams }
  /** A method without a resource, with a channel credential: process the credential, never call the upstream. */
  | { kind: 'manage'; resource: Resource; params: PathParams }
  /**
   * HEAD on a paid GET: answer with the 402 of the GET, without a body and without reading any credential. Never call the
   * upstream.
   */
  | { kind: 'price'; resource: Resource; params: PathParams }
  /** OPTIONS: answer 204 with this Allow header. Never call the upstream. */
  | { kind: 'options'; allow: string }
  /**
   * GET or HEAD of a discovery document at a path without a resource: list what the merchant sells. Never call the
   * upstream.
   */
  | { kind: 'catalogue'; document: RouteDocument }

export const gatewayPrefix = '/gateway/'

/** Paths below a merchant's address where agents and directories look for its API description. */
const documents = ['/openapi.json', '/llms.txt', '/.well-known/x402'] as const
export type RouteDocument = (typeof documents)[number]

const pathLengthMax = 2_048

/**
 * Unreserved characters and sub-delimiters of RFC 3986. Backslashes, control characters and non-ASCII must be escaped.
 */
const segmentPattern = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+$/
/** Escapes with a second spelling: unreserved characters, "/" and "\". Parsers disagree on them. */
const aliasPattern = /%(?:2[DEdeFf]|3\d|4[1-9A-Fa-f]|5[0-9AaCcFf]|6[1-9A-Fa-f]|7[0-9AaEe])/
/** Not allowed in a decoded value: controls, line and paragraph separators, and a second layer of escapes. */
const hostilePattern = /[\p{Cc}\u2028\u2029]|%[0-9A-Fa-f]{2}/u

/**
 * Returns the decoded segments of a raw path, or undefined if it is not the canonical spelling. A URL parser returns a
 * canonical path unchanged.
 */
export function decodePath(rawPath: string): readonly string[] | undefined {
  if (!rawPath.startsWith('/') || rawPath.length > pathLengthMax) return undefined
  if (rawPath === '/') return []
  const segments: string[] = []
  for (const raw of rawPath.slice(1).split('/')) {
    if (raw === '.' || raw === '..' || !segmentPattern.test(raw) || aliasPattern.test(raw)) return undefined
    const decoded = decode(raw)
    if (decoded === undefined || hostilePattern.test(decoded)) return undefined
    segments.push(decoded)
  }
  return segments
}

/**
 * Splits a raw request target ("/gateway/acme/a/b?q") that no parser has normalised into merchant, path and query.
 * @throws AppError resource-not-found if it is not a canonical gateway target.
 */
export function parseTarget(target: string): { merchantSlug: string; path: string; query: string } {
  const mark = target.indexOf('?')
  const whole = mark < 0 ? target : target.slice(0, mark)
  if (!whole.startsWith(gatewayPrefix) || target.includes('#')) throw notFound()
  const rest = whole.slice(gatewayPrefix.length)
  const slash = rest.indexOf('/')
  // Only the path "/" may end with a slash.
  const canonical = slash === rest.length - 1 ? whole.slice(0, -1) : whole
  if (slash <= 0 || !decodePath(canonical)) throw notFound()
  return { merchantSlug: rest.slice(0, slash), path: rest.slice(slash), query: mark < 0 ? '' : target.slice(mark + 1) }
}

/**
 * Returns the resource with exactly this method and raw path (below the merchant).
 * @throws AppError resource-not-found, or method-not-allowed with an Allow header.
 */
export function match(
  resources: readonly Resource[],
  method: string,
  rawPath: string,
): { resource: Resource; params: PathParams } {
  const found = atPath(resources, rawPath)
  const exact = found.find(({ resource }) => resource.method === method)
  if (exact) return exact
  const allow = allowed(found)
  throw new AppError('method-not-allowed', `This path is not sold with ${quoted(method)}, but with ${allow}.`, {
    headers: { Allow: allow },
  })
}

/**
 * Decides what to do with a request; call it first. A declared HEAD or OPTIONS resource is served like any other.
 * Otherwise OPTIONS lists the methods, and HEAD follows GET: a paid GET returns its price, a free one goes to the
 * upstream. A merchant's own documents win over generated ones.
 * @throws AppError resource-not-found, or method-not-allowed with an Allow header.
 */
export function meaning(resources: readonly Resource[], method: string, rawPath: string): MethodMeaning {
  const document = method === 'GET' || method === 'HEAD' ? documents.find((one) => one === rawPath) : undefined
  if (document && findAt(resources, rawPath).length === 0) return { kind: 'catalogue', document }
  const found = atPath(resources, rawPath)
  const exact = found.find(({ resource }) => resource.method === method)
  if (exact) return { kind: 'call', ...exact }
  if (method === 'OPTIONS') return { kind: 'options', allow: allowed(found) }
  const get = method === 'HEAD' ? found.find(({ resource }) => resource.method === 'GET') : undefined
  if (get) return { kind: isFree(get.resource) ? 'call' : 'price', ...get }
  return { kind: 'call', ...match(resources, method, rawPath) }
}

/**
 * Fills the `:name`s of a template, each value encoded as exactly one segment. A name without a value stays unchanged.
 */
export function fill(template: string, params: PathParams): string {
  return template.replace(/:([A-Za-z_]\w*)/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? encodeSegment(params[name] ?? '') : whole,
  )
}

/** True if the value can fill a `:name`: encoded, it is one segment in canonical spelling. */
export function isParam(value: string): boolean {
  try {
    return decodePath(`/${encodeSegment(value)}`)?.length === 1
  } catch {
    return false
  }
}

/** True if every request for it is free. */
export function isFree({ priceMicros, pricing }: Pick<Resource, 'priceMicros' | 'pricing'>): boolean {
  return priceMicros === 0n && !pricing
}

type Found = { resource: Resource; params: PathParams }
type Pattern = { resource: Resource; parts: readonly ({ literal: string } | { name: string })[]; rank: string }

// A changed resource list is a new object, so the patterns can be cached with the list.
const compiled = new WeakMap<readonly Resource[], Map<number, Pattern[]>>()

/**
 * Every resource at this path that is on sale or paused, literal segments before `:name`s.
 * @throws AppError resource-not-found
 */
function atPath(resources: readonly Resource[], rawPath: string): Found[] {
  const found = findAt(resources, rawPath)
  if (found.length === 0) throw notFound()
  return found
}

/** Like `atPath`, but returns an empty list instead of throwing. */
export function findAt(resources: readonly Resource[], rawPath: string): Found[] {
  const segments = decodePath(rawPath)
  return segments ? candidates(resources, segments.length).flatMap((pattern) => take(pattern, segments)) : []
}

function take({ resource, parts }: Pattern, segments: readonly string[]): Found[] {
  const params: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? ''
    if ('name' in part) params[part.name] = segment
    else if (part.literal !== segment) return []
  }
  return [{ resource, params }]
}

function candidates(resources: readonly Resource[], length: number): readonly Pattern[] {
  let byLength = compiled.get(resources)
  if (!byLength) {
    byLength = new Map()
    for (const resource of resources) {
      if (resource.status !== 'live' && resource.status !== 'paused') continue
      const pattern = compile(resource)
      const same = byLength.get(pattern.parts.length)
      if (same) same.push(pattern)
      else byLength.set(pattern.parts.length, [pattern])
    }
    for (const patterns of byLength.values()) patterns.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    compiled.set(resources, byLength)
  }
  return byLength.get(length) ?? []
}

function compile(resource: Resource): Pattern {
  const segments = resource.path === '/' ? [] : resource.path.slice(1).split('/')
  const parts = segments.map((segment) =>
    /^:[A-Za-z_]\w*$/.test(segment) ? { name: segment.slice(1) } : { literal: decode(segment) ?? segment },
  )
  return { resource, parts, rank: parts.map((part) => ('name' in part ? '1' : '0')).join('') }
}

function allowed(found: readonly Found[]): string {
  const methods = new Set(found.map(({ resource }) => resource.method))
  if (found.some(({ resource }) => resource.method === 'GET')) methods.add('HEAD')
  return [...methods.add('OPTIONS')].sort().join(', ')
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

// encodeURIComponent leaves "." and ".." unchanged, which no canonical path contains, and throws on lone surrogates.
function encodeSegment(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function quoted(method: string): string {
  return /^[A-Z]{1,16}$/.test(method) ? method : 'this method'
}

function notFound(): AppError {
  return new AppError(
    'resource-not-found',
    'Nothing is sold at this address. Paths are case-sensitive, have one spelling only, and no trailing slash.',
  )
}
