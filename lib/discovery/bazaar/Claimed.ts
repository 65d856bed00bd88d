import { z } from 'zod'
import { env } from '../../env'
import { Address } from '@/lib/chains'
import { JsonSchema, Listing } from '@/lib/merchants'
import { Caip, type Caip2 } from '@/lib/money'
import * as Text from '../Text'

/**
 * What a paying client says about the resource that it paid: `resource` and `extensions.bazaar` of its payload. Nobody signed
 * it, and whoever pays a cent may write what he likes (research/x402.md 5, [A] IV), so that everything is checked anew and what
 * breaks a rule is left out, or all of it.
 */
export type Claimed = {
  resource: string
  type: 'http' | 'mcp'
  /** HTTP method, or name of the MCP tool. */
  operation: string
  namespace: string
  /** Canonical address that was paid: who the entry belongs to. */
  payTo: string
  accept: Record<string, unknown>
  description: string
  mimeType: string
  serviceName: string | undefined
  tags: readonly string[]
  iconUrl: string | undefined
  extension: Record<string, unknown>
}

/** Characters of the extension as JSON. */
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
    url: z.string().max(2_048),
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

/** What may be listed of a payment that was settled; undefined when nothing may. Never throws. */
export function read(payload: unknown, requirements: unknown): Claimed | undefined {
  try {
    return check(Payload.parse(payload), Requirements.parse(requirements))
  } catch {
    return undefined
  }
}

function check(
  { resource, extensions }: z.output<typeof Payload>,
  { network: networkText, extra, ...accept }: z.output<typeof Requirements>,
): Claimed | undefined {
  const network = Caip.parse(networkText)
  const [extension, url] = [toExtension(extensions.bazaar), toPublicUrl(resource.url)]
  if (!extension || !url || !Address.isValid(network, accept.asset) || !Address.isValid(network, accept.payTo))
    return undefined
  const { info, schema } = extension
  const { input } = info
  const template = input.type === 'http' ? toTemplate(extension.routeTemplate, url.pathname) : undefined
  const { description, mimeType, serviceName, tags, iconUrl } = resource
  const isIcon = typeof iconUrl === 'string' && Listing.isIconUrl(iconUrl)
  return {
    resource: `${url.origin}${template ?? url.pathname}`,
    type: input.type,
    operation: input.type === 'http' ? input.method : (input.toolName ?? input.tool ?? ''),
    namespace: namespaceOf(network),
    payTo: Address.canonical(network, accept.payTo),
    accept: { ...accept, network, extra: extra && JSON.stringify(extra).length <= extraMax ? withoutQuote(extra) : {} },
    description: typeof description === 'string' ? Text.toLine(description).slice(0, 500) : '',
    mimeType: typeof mimeType === 'string' && /^[\w.+-]{1,64}\/[\w.+*-]{1,64}$/.test(mimeType) ? mimeType : '',
    serviceName: Listing.isWord(serviceName) ? serviceName : undefined,
    tags: Listing.keepTags(tags),
    iconUrl: isIcon ? iconUrl : undefined,
    extension: { info, schema, ...(template !== undefined && { routeTemplate: template }) },
  }
}

/** Small, storable, of the shape that the specification says, and true to its own schema. */
function toExtension(value: unknown): z.output<typeof Extension> | undefined {
  const text = JSON.stringify(value)
  // NUL and half characters, which no JSON of PostgreSQL holds.
  if (text.length > extensionMax || /\\u0000|\\ud[89a-f]/i.test(text) || !JsonSchema.isSmall(value)) return undefined
  const extension = Extension.parse(value)
  const declared = (value as { info: unknown }).info
  return JsonSchema.findMismatch(extension.schema, declared, 'info') === undefined ? extension : undefined
}

/** Where everybody can go: https and a name, or anything where all of this is a demo. Ours are listed from our own table. */
function toPublicUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.origin === new URL(env.PUBLIC_URL).origin || url.username !== '' || url.password !== '') return undefined
  if (env.SLUICE_DEMO) return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined
  return Listing.isIconUrl(`${url.origin}/`) ? url : undefined
}

/** A template of exactly this path: a name where the path has any segment, and the same everywhere else. */
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

/** Prices that were held for one payer are nothing for a catalogue. */
function withoutQuote({ quote: _quote, ...extra }: Record<string, unknown>): Record<string, unknown> {
  return extra
}
