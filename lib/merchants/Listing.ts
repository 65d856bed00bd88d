import { z } from 'zod'
import * as JsonSchema from './JsonSchema'

/**
 * What a merchant shows in directories besides name and description. Directories silently drop what breaks their rules (x402's
 * bazaar, "Service Metadata"), so it is refused while it is typed.
 */
export type Listing = {
  /** The name of the service: printable ASCII. */
  serviceName?: string | undefined
  /** Printable ASCII; no two differ only in capitals. */
  tags: readonly string[]
  /** https, of a public host. This server never loads it, and no page of ours shows it. */
  iconUrl?: string | undefined
  query?: ListingPart | undefined
  body?: ListingPart | undefined
  output?: ListingPart | undefined
}

/** One side of a call, for software: JSON Schema 2020-12, and a value that it allows. */
export type ListingPart = { schema?: JsonSchema.Schema | undefined; example?: JsonSchema.Json | undefined }

/** A complete side of a call: a schema, and an example that fits. */
export type ListingSide = { schema: JsonSchema.Schema; example: JsonSchema.Json }

/** A call as directories see it. */
export type DeclaredCall = {
  serviceName?: string | undefined
  tags: readonly string[]
  iconUrl?: string | undefined
  /** Absent for methods with a body if the query is not declared. */
  query?: ListingSide
  /** Present for methods with a body. */
  body?: ListingSide
  /** Absent if the output is not declared. */
  output?: ListingSide
  /** Whole path with `:name`s, as catalogues expect it; absent if it has no names, or characters that catalogues refuse. */
  template?: string
  /** Values of the names: of this request, or examples. */
  params: Readonly<Record<string, string>>
  identifierRequired: boolean
}

export const none: Listing = { tags: [] }

export const tagsMax = 5
export const wordMax = 32
/** Most characters of one schema or example. */
const jsonMax = 8_192

const printable = /^[\x20-\x7e]+$/

const word = z
  .string()
  .trim()
  .min(1, 'Write at least one character')
  .max(wordMax, `Use at most ${wordMax} characters`)
  .regex(printable, 'Use plain letters, digits and signs (ASCII): directories drop anything else')

const orAbsent = <T extends z.ZodType>(schema: T) =>
  z.union([z.literal('').transform(() => undefined), schema]).optional()

const Tags = z
  .union([
    z.string().transform((text) =>
      text
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
    z.array(z.string()),
  ])
  .pipe(z.array(word).max(tagsMax, `Use at most ${tagsMax} tags`))
  .refine(
    (tags) => new Set(tags.map((tag) => tag.toLowerCase())).size === tags.length,
    'Write each tag once: capitals do not make another one',
  )

/** Text is JSON as it is typed; anything else is the value itself. */
const JsonValue = z
  .unknown()
  .transform((value, context): unknown => {
    if (typeof value !== 'string') return value
    const text = value.trim()
    try {
      if (text.length <= jsonMax) return text === '' ? undefined : (JSON.parse(text) as unknown)
      context.addIssue({ code: 'custom', message: `Use at most ${jsonMax} characters` })
    } catch {
      context.addIssue({ code: 'custom', message: 'Write JSON' })
    }
    return z.NEVER
  })
  .refine((value) => value === undefined || JsonSchema.isSmall(value), 'Use fewer values, nested less deeply')

const PartSchema = z
  .strictObject({ schema: JsonValue.optional(), example: JsonValue.optional() })
  .superRefine(({ schema, example }, context) => {
    if (schema === undefined) return
    const fault = JsonSchema.findFault(schema)
    if (fault) return context.addIssue({ code: 'custom', path: ['schema'], message: `The schema ${fault}` })
    const mismatch = example === undefined ? undefined : JsonSchema.findMismatch(schema, example, 'The example')
    if (mismatch) context.addIssue({ code: 'custom', path: ['example'], message: mismatch.replace(/\.$/, '') })
  })
  .transform(({ schema, example }): ListingPart | undefined =>
    schema === undefined && example === undefined
      ? undefined
      : {
          ...(schema !== undefined && { schema: schema as JsonSchema.Schema }),
          ...(example !== undefined && { example: example as JsonSchema.Json }),
        },
  )

/** As it is typed; errors are at paths such as ['tags'] or ['body', 'schema']. */
export const Schema = z
  .strictObject({
    serviceName: orAbsent(word),
    tags: Tags.default([]),
    iconUrl: orAbsent(
      z
        .string()
        .trim()
        .refine(isIconUrl, 'Write an https address of a public host, for example https://example.com/icon.png'),
    ),
    query: PartSchema.optional(),
    body: PartSchema.optional(),
    output: PartSchema.optional(),
  })
  .transform(
    (listing): Listing =>
      Object.fromEntries(Object.entries(listing).filter(([, value]) => value !== undefined)) as Listing,
  )

/**
 * Whether directories may load an icon from there: https, a host with a name that is not this machine's, and no credentials.
 * The URL parser has already turned every spelling of an IP address into dotted numbers.
 */
export function isIconUrl(text: string): boolean {
  if (text.length > 2_048 || /[\p{Cc}\s"'<>\\]/u.test(text) || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  return (
    protocol === 'https:' &&
    username === '' &&
    password === '' &&
    hostname.includes('.') &&
    !hostname.startsWith('[') &&
    !/^[\d.]+$/.test(hostname) &&
    !/(^|\.)(localhost|localdomain|local|internal)\.?$/.test(hostname)
  )
}

/** The tags that directories keep; drops the others. Never throws. */
export function keepTags(value: unknown): string[] {
  const kept = new Map<string, string>()
  for (const tag of Array.isArray(value) ? value.slice(0, 50) : [])
    if (isWord(tag) && !kept.has(tag.toLowerCase())) kept.set(tag.toLowerCase(), tag)
  return [...kept.values()].slice(0, tagsMax)
}

/** Whether directories keep it as a service's name or a tag. */
export function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length <= wordMax && printable.test(value)
}

/** A declared side with its missing part filled in; `otherwise` if nothing was declared. */
export function complete(part: ListingPart | undefined, otherwise: ListingSide): ListingSide
export function complete(part: ListingPart | undefined, otherwise?: ListingSide): ListingSide | undefined
export function complete(part: ListingPart | undefined, otherwise?: ListingSide): ListingSide | undefined {
  if (!part) return otherwise
  const schema = part.schema ?? {}
  const example = part.example ?? JsonSchema.sample(schema)
  // A sample that a pattern or a similar keyword forbids is worse than a schema that says less.
  const fits = part.example !== undefined || JsonSchema.findMismatch(schema, example, '') === undefined
  return { schema: fits ? schema : {}, example }
}

/** The listing of a row. */
export function fromRow(value: unknown): Listing {
  return { ...none, ...(value as Partial<Listing>) }
}
