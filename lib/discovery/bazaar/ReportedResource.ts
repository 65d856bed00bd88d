import { z } from 'zod'
import { env } from '../../env'
import { Address } from '@/lib/chains'
import { JsonSchema, Listing } from '@/lib/merchants'
import { Caip, type Caip2 } from '@/lib/money'
import * as Text from '../Text'

/**
 * A paying client's description of the resource that it paid: `resource` and `extensions.bazaar` of its payload. It
 * is unsigned, and a payer of a cent can write anything into it (docs/security.md, [A] IV). So this checks each part,
 * and drops the part that breaks a rule, or the whole report.
 */
export type ReportedResource = {
  resource: string
  type: 'http' | 'mcp'
  /** HTTP method, or name of the MCP tool. */
  operation: string
  namespace: string
  /** Canonical address that was paid. It owns the entry. */
  payTo: string
  accept: Record<string, unknown>
  description: string
  mimeType: string
  serviceName: string | undefined
  tags: readonly string[]
  iconUrl: string | undefined
  extension: Record<string, unknown>
}

/** Maximum length of the extension as JSON, in characters. */
const extensionMax = 8_192
const extraMax = 1_024

const bag = z.record(z.string(), z.unknown())
const bodyMethods = ['POST', 'PUT', 'PATCH'] as const

const Http = z
  .object({
    type: z.literal('http'),
    method: z.enum(['GET', 'HEAD', 'DELETE', ...bodyMethods]),
    bodyType: z.enum(['json', 'form-data', 'text']).optional(),
    body: z.unknown().optional(),
    queryParams: bag.optional(),
    pathParams: bag.optional(),
    headers: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ method, bodyType }) => (bodyType !== undefined) === bodyMethods.some((one) => one === method))

const name = z.string().regex(/^[A-Za-z0-9_./-]{1,128}$/)
const Mcp = z
  .object({
    type: z.literal('mcp'),
    toolName: name.optional(),
    tool: name.optional(),
    description: z.string().max(500).optional(),
    transport: z.enum(['streamable-http', 'sse']).optional(),
    inputSchema: bag.refine((schema) => JsonSchema.findFault(schema) === undefined),
    example: z.unknown().optional(),
  })
  .refine(({ toolName, tool }) => (toolName ?? tool) !== undefined)

const Extension = z.object({
  info: z.object({
    input: z.union([Http, Mcp]),
    output: z
      .object({
        type: z.string().max(32).optional(),
        format: z.string().max(32).optional(),
        example: z.unknown().optional(),
      })
      .optional(),
  }),
  schema: bag.refine((schema) => JsonSchema.findFault(schema) === undefined),
  routeTemplate: z.unknown().optional(),
})

const unread = z.unknown().optional()

const Payload = z.object({
  x402Version: z.literal(2),
  resource: z.object({
    url: z.string(),
    description: unread,
    mimeType: unread,
    serviceName: unread,
    tags: unread,
    iconUrl: unread,
  }),
  extensions: z.object({ bazaar: unread }),
})

const Requirements = z.object({
  scheme: z.string().regex(/^[a-z0-9-]{1,32}$/),
  network: z.string().max(64),
  amount: z.string().regex(/^(0|[1-9]\d{0,77})$/),
  asset: z.string(),
  payTo: z.string(),
  maxTimeoutSeconds: z.number().int().min(0).max(1_000_000),
  extra: bag.nullish(),
})

/** The entry for a settled payment, or why it is refused. Undefined if the payload does not ask for a listing. */
export type ListingDecision = { claimed: ReportedResource } | { rejected: string } | undefined

/** Checks the report in a settled payment. Never throws. */
export function read(payload: unknown, requirements: unknown): ListingDecision {
  const request = z.object({ extensions: z.object({ bazaar: z.unknown().nonoptional() }) }).safeParse(payload)
  if (!request.success) return undefined
  try {
    return { claimed: check(parse(Payload, payload, ''), parse(Requirements, requirements, 'paymentRequirements.')) }
  } catch (error) {
    return { rejected: error instanceof Rejected ? error.message : 'It is not what x402’s bazaar extension describes.' }
  }
}

/** The reason for a refusal: a sentence that names the member and never repeats the client's text. */
class Rejected extends Error {}

function parse<T extends z.ZodType>(schema: T, value: unknown, prefix: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const path = result.error.issues[0]?.path.map(String).join('.').slice(0, 120) ?? ''
  throw new Rejected(`${prefix}${path} is missing, or not what x402’s bazaar extension describes.`)
}

function check(
  { resource, extensions }: z.output<typeof Payload>,
  { network: networkText, extra, ...accept }: z.output<typeof Requirements>,
): ReportedResource {
  const network = Caip.parse(networkText)
  const { info, schema, routeTemplate } = toExtension(extensions.bazaar)
  if (!Address.isValid(network, accept.asset) || !Address.isValid(network, accept.payTo))
    throw new Rejected('paymentRequirements.asset or payTo is no address of its network.')
  const payTo = Address.canonical(network, accept.payTo)
  const { input } = info
  const { template, ...place } =
    input.type === 'http'
      ? { ...placeOf(resource.url, routeTemplate), type: input.type, operation: input.method, owner: undefined }
      : placeOfTool(resource.url, input.toolName ?? input.tool ?? '', payTo)
  const { owner, ...what } = place
  const { description, mimeType, serviceName, tags, iconUrl } = resource
  const isIcon = typeof iconUrl === 'string' && Listing.isIconUrl(iconUrl)
  return {
    ...what,
    namespace: owner === undefined ? namespaceOf(network) : `${namespaceOf(network)}:${owner}`,
    payTo,
    accept: { ...accept, network, extra: extra && JSON.stringify(extra).length <= extraMax ? withoutQuote(extra) : {} },
    description: typeof description === 'string' ? Text.toLine(description).slice(0, 500) : '',
    mimeType: typeof mimeType === 'string' && /^[\w.+-]{1,64}\/[\w.+*-]{1,64}$/.test(mimeType) ? mimeType : '',
    serviceName: Listing.isWord(serviceName) ? serviceName : undefined,
    tags: Listing.keepTags(tags),
    iconUrl: isIcon ? iconUrl : undefined,
    extension: { info, schema, ...(template !== undefined && { routeTemplate: template }) },
  }
}

/** Checks the extension: small, storable, of the specified shape, and valid under its own schema. */
function toExtension(value: unknown): z.output<typeof Extension> {
  const text = JSON.stringify(value)
  if (text.length > extensionMax) throw new Rejected(`extensions.bazaar has more than ${extensionMax} characters.`)
  // PostgreSQL's JSON cannot hold NUL or lone surrogates.
  if (/\\u0000|\\ud[89a-f]/i.test(text) || !JsonSchema.isSmall(value))
    throw new Rejected('extensions.bazaar is nested too deeply, has too many members, or characters that are none.')
  const extension = parse(Extension, value, 'extensions.bazaar.')
  const declared = (value as { info: unknown }).info
  if (JsonSchema.findMismatch(extension.schema, declared, 'info') !== undefined)
    throw new Rejected('extensions.bazaar.info does not hold what extensions.bazaar.schema says.')
  return extension
}

const pathMax = 2_048

/** The address without its query, which belongs to one request. */
function placeOf(text: string, routeTemplate: unknown): { resource: string; template: string | undefined } {
  const url = toPublicUrl(text)
  const template = toTemplate(routeTemplate, url.pathname)
  const path = template ?? url.pathname
  if (path.length > pathMax) throw new Rejected(`The path of resource.url has more than ${pathMax} characters.`)
  return { resource: `${url.origin}${path}`, template }
}

const toolAddress = /^(mcp|x402):\/\/([\w.%~-]+(?:\/[\w.%~-]+)*)\/?(?:[?#]|$)/i
const toolAddressMax = 256

/**
 * The address of a tool: that of its MCP server, or one that names only the tool: `mcp://tool/{name}` (x402
 * transports-v2/mcp), `x402://{name}` (Cloudflare's agents). The second kind has no owner, so each recipient has its
 * own entry.
 */
function placeOfTool(text: string, name: string, payTo: string) {
  const what = { type: 'mcp', operation: name, template: undefined } as const
  const [, scheme, place] = toolAddress.exec(text) ?? []
  if (scheme === undefined || place === undefined)
    return { ...what, resource: placeOf(text, undefined).resource, owner: undefined }
  if (place.length > toolAddressMax)
    throw new Rejected(`resource.url has more than ${toolAddressMax} characters before its query.`)
  const named = `/${decode(place)}`
  if (!named.toLowerCase().endsWith(`/${name.toLowerCase()}`))
    throw new Rejected('resource.url names another tool than extensions.bazaar.info.input.')
  return { ...what, resource: `${scheme.toLowerCase()}://${place}`, owner: payTo }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Accepts public addresses: https with a host name, or any address in a demo. Refuses our own, which come from our
 * own table.
 */
function toPublicUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Rejected('resource.url is no absolute URL.')
  const url = new URL(text)
  if (url.origin === new URL(env.PUBLIC_URL).origin)
    throw new Rejected('resource.url is on this server, which lists what it sells itself.')
  if (url.username !== '' || url.password !== '') throw new Rejected('resource.url holds a user or a password.')
  const isPublic = env.SLUICE_DEMO
    ? url.protocol === 'http:' || url.protocol === 'https:'
    : Listing.isIconUrl(`${url.origin}/`)
  if (!isPublic)
    throw new Rejected('resource.url must be https with a public host name, or mcp://tool/{name} for a tool of MCP.')
  return url
}

/** Accepts a template of exactly this path: a name for any segment, all other segments equal. */
function toTemplate(template: unknown, path: string): string | undefined {
  if (typeof template !== 'string' || template.length > 512 || !/^\/[A-Za-z0-9_/:.\-~]+$/.test(template))
    return undefined
  const [names, segments] = [template.split('/'), path.split('/')]
  const fits =
    names.length === segments.length &&
    names.every((part, index) => (/^:[A-Za-z_]\w*$/.test(part) ? segments[index] !== '' : part === segments[index]))
  return fits && names.some((part) => part.startsWith(':')) ? template : undefined
}

function namespaceOf(network: Caip2): string {
  return network.slice(0, network.indexOf(':'))
}

/** Drops the quote, because its price is for one payer only. */
function withoutQuote({ quote: _quote, ...extra }: Record<string, unknown>): Record<string, unknown> {
  return extra
}
