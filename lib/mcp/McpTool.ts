import { createHash } from 'node:crypto'
import { Declaration, Text } from '@/lib/discovery'
import { ResourceDraft, type JsonSchema, type Resource } from '@/lib/merchants'
import { Amount } from '@/lib/money'

/** A resource as an MCP tool: the same call at the same price. Pure. */
export type McpTool = {
  /** The tool's name. It is the same in every list, and changes only with the resource's URL or method. */
  name: string
  title: string
  description: string
  inputSchema: { type: 'object'; [keyword: string]: unknown }
  annotations: { readOnlyHint: boolean; openWorldHint: boolean }
  _meta?: Record<string, unknown>
}

/** Longest tool name that models' APIs accept. */
const nameMax = 64
const textMax = 600
const schemaTextMax = 300

/** A segment that a name can contain unchanged, so that no other path has the same name. */
const plainSegment = /^[a-z0-9-]+$/
const markPattern = /^[0-9a-f]{8}$/

/**
 * For example "acme_get_fortune". A path that is too long, or has other characters, gets a hash of the resource's id at
 * its end, so that no two resources share a name.
 */
export function nameOf({
  id,
  merchantSlug,
  method,
  path,
}: Pick<Resource, 'id' | 'merchantSlug' | 'method' | 'path'>): string {
  const segments = path === '/' ? [] : path.slice(1).split('/')
  const words = [merchantSlug, method.toLowerCase(), ...segments]
  const name = words.join('_')
  const isPlain = segments.every((segment) => plainSegment.test(segment)) && !markPattern.test(segments.at(-1) ?? '')
  if (isPlain && plainSegment.test(merchantSlug) && name.length <= nameMax) return name
  const mark = createHash('sha256').update(id).digest('hex').slice(0, 8)
  const spelled = words.map(spell).filter(Boolean)
  return `${spelled.join('_').slice(0, nameMax - mark.length - 1)}_${mark}`
}

/** The word without the characters that a name cannot contain. */
export function spell(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9-]+/g, '')
}

/** Makes the tool of a resource. A merchant's texts become one line of plain text each, shortened if long. */
export function from(resource: Resource): McpTool {
  const { method, name, description, execution } = resource
  const words = cut([name, description].map(Text.toLine).filter(Boolean).join(': '), textMax)
  return {
    name: nameOf(resource),
    title: Text.toLine(name),
    description: `${words} (${priceOf(resource)})`,
    inputSchema: inputOf(resource),
    annotations: { readOnlyHint: method === 'GET' && execution === null, openWorldHint: true },
    ...metaOf(resource),
  }
}

/** The metadata that Cloudflare's `agents` shows before a call. The price is text, because money is never a number. */
function metaOf(resource: Resource): Pick<McpTool, '_meta'> {
  const { priceMicros, pricing } = resource
  if (priceMicros === 0n && !pricing) return {}
  const price = pricing ? {} : { 'agents-x402/priceUSD': Amount.toDecimal(priceMicros, 6) }
  return { _meta: { 'agents-x402/paymentRequired': true, ...price } }
}

/** Why a tool cannot be paid over MCP, as a sentence; undefined if it can. */
export function unpayable({ session, meter }: Pick<Resource, 'session' | 'meter'>): string | undefined {
  if (!session || meter === 'request') return undefined
  return 'Not payable over MCP: it is sold by the part of its answer, through a payment channel that is topped up while the answer comes. Call its HTTP address with a client of MPP sessions.'
}

function priceOf(resource: Resource): string {
  const { priceMicros, pricing } = resource
  const reason = unpayable(resource)
  if (reason) return reason
  if (priceMicros === 0n && !pricing) return 'Free.'
  if (pricing) return `Priced by what is asked for, usually ${Amount.formatDollars(priceMicros)}: sluice_quote tells.`
  return `Costs ${Amount.formatDollars(priceMicros)} a call, by x402 or MPP.`
}

/** The inputs `path`, `query` and `body` as the merchant declared them; only those that the call has. */
function inputOf(resource: Resource): McpTool['inputSchema'] {
  const { query, body } = Declaration.from(resource)
  const names = ResourceDraft.namesIn(resource.path)
  const path = names.length > 0 && {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string', minLength: 1 }])),
    required: names,
    additionalProperties: false,
  }
  const sides = {
    ...(path && { path }),
    ...(query && { query: { type: 'object', ...plain(query.schema) } }),
    ...(body && { body: plain(body.schema) }),
  }
  const required = Object.entries(sides).flatMap(([name, side]) => (hasRequired(side) ? [name] : []))
  return {
    type: 'object',
    properties: sides,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
}

function hasRequired(side: object): boolean {
  return 'required' in side && Array.isArray(side.required) && side.required.length > 0
}

/** The schema with its titles and descriptions made plain and short. The rest was checked when it was declared. */
function plain(schema: JsonSchema.Schema): Record<string, unknown> {
  return plainValue(schema) as Record<string, unknown>
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      (name === 'description' || name === 'title') && typeof member === 'string'
        ? cut(Text.toLine(member), schemaTextMax)
        : plainValue(member),
    ]),
  )
}

/** Shortens a text, but never splits a character. */
function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/\p{Surrogate}/gu, '')
}
