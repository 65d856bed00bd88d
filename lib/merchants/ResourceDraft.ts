import { getAddress } from 'viem'
import { z } from 'zod'
import { Address, Escrow, purposeOf, servedEvmNetworks, serves } from '@/lib/chains'
import { AppError, wrongFields, type FieldError } from '@/lib/errors'
import { Amount, Caip, EvmAddress, Rail, type Caip2 } from '@/lib/money'
import { PricePlan, PricePlanDraft } from '@/lib/pricing'
import * as Execution from './Execution'
import * as Listing from './Listing'
import * as Pricing from './Pricing'
import { meters, type Resource, type ResourceContent } from './Resource'

/** A merchant's input for a resource; the form and the preview send exactly this. */
export type ResourceInput = z.input<typeof ApiSchema> | z.input<typeof ActionSchema>

/** A resource as it will be stored. */
export type ResourceDraft = ResourceContent & {
  payouts: Resource['payouts']
  /** Why the merchant sets this price: a remark in the price book. */
  note: string
}

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const timeoutMsMin = 100
const timeoutMsMax = 600_000
const accessSecondsMin = 60
const accessSecondsMax = 366 * 86_400

/** A literal segment in its one spelling (unreserved characters and sub-delimiters), or `:name`. */
const segmentPattern = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=@][A-Za-z0-9\-._~!$&'()*+,;=:@]*|:[A-Za-z_]\w*)$/

const Path = z
  .string()
  .trim()
  .max(512, 'Use at most 512 characters')
  .superRefine((path, context) => {
    const fault = pathFault(path)
    if (fault) context.addIssue({ code: 'custom', message: fault })
  })

const Upstream = z
  .string()
  .trim()
  .max(2_048, 'Use at most 2,048 characters')
  .superRefine((text, context) => {
    const fault = upstreamFault(text)
    if (fault) context.addIssue({ code: 'custom', message: fault })
  })

const Price = z.string().transform((text, context) => {
  try {
    return Amount.parseDollars(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

export const Payout = z
  .object({ network: z.string(), payTo: z.string().trim() })
  .transform(({ network, payTo: text }, context) => {
    const fault = (message: string) => {
      context.addIssue({ code: 'custom', path: ['payTo'], message })
      return z.NEVER
    }
    if (Rail.kindOf(network)) {
      const rail = network as Caip2
      return Address.isValid(rail, text) ? { network, payTo: text } : fault(`This ${Address.faultOf(rail, text)}`)
    }
    if (Caip.isSolana(network)) {
      if (Address.isValid(network, text)) return { network, payTo: text }
      return fault(
        text.startsWith('0x')
          ? 'This is the address of an EVM wallet. Write that of a Solana wallet'
          : 'Write the address of the Solana wallet that is paid, 32 to 44 letters and digits; their case matters',
      )
    }
    // A mixed-case address carries a checksum: a wrong one is a typing error.
    if (EvmAddress.isValid(text)) return { network, payTo: getAddress(text) as string }
    return fault(
      EvmAddress.isMistyped(text)
        ? 'The capitals of this address do not fit: a character is wrong. Copy it again from the wallet'
        : 'Write the address that is paid, 0x and 40 hex digits',
    )
  })

const common = {
  name: z
    .string()
    .trim()
    .min(1, 'Name what is sold, for example "Fortune of the day"')
    .max(80, 'Use at most 80 characters'),
  description: z.string().trim().max(500, 'Use at most 500 characters').default(''),
  mimeType: z
    .string()
    .trim()
    .regex(/^[\w.+-]+\/[\w.+*-]+$/, 'Write a media type such as application/json')
    .default('application/json'),
  method: z.enum(methods, 'Choose one of the methods'),
  path: Path,
  timeoutMs: z.coerce
    .number('Write milliseconds, for example 30000')
    .int('Write whole milliseconds')
    .min(timeoutMsMin, `Use at least ${timeoutMsMin} ms`)
    .max(timeoutMsMax, 'Use at most 600000 ms (ten minutes)')
    .default(30_000),
  price: Price,
  pricing: PricePlanDraft.Schema.nullable().default(null),
  note: z.string().trim().max(200, 'Use at most 200 characters').default(''),
  payouts: z.array(Payout).max(20),
  settle: z.enum(['default', 'before', 'after']).default('default'),
  streaming: z.boolean().default(false),
  sideEffects: z.boolean().default(false),
  session: z.boolean().default(false),
  meter: z.enum(meters, 'Choose what is counted').default('request'),
  unitType: z
    .string()
    .trim()
    .regex(/^[a-z-]{1,32}$/, 'Use one word of at most 32 small letters, for example token')
    .default('request'),
  depositUnits: z.coerce
    .number('Write how many, for example 1000')
    .int('Write a whole number')
    .min(1, 'Use at least 1')
    .max(1_000_000, 'Use at most 1000000')
    .default(1_000),
  listing: Listing.Schema.default(Listing.none),
  accessSeconds: z
    .union([
      z.literal('').transform(() => null),
      z.null(),
      z.coerce
        .number('Write seconds, for example 86400 for a day')
        .int('Write whole seconds')
        .min(accessSecondsMin, `Use at least ${accessSecondsMin} seconds, or leave it empty`)
        .max(accessSecondsMax, `Use at most ${accessSecondsMax} seconds (a year)`),
    ])
    .default(null),
  identifierRequired: z.boolean().default(false),
  permit2: z.boolean().default(false),
  contractPayers: z.boolean().default(false),
  /** False: `fillPayouts` puts the merchant's payouts in before this is parsed. */
  ownPayouts: z.boolean().default(true),
}

type Common = z.output<z.ZodObject<typeof common>>
type Issue = (path: (string | number)[], message: string) => void

/** A resource that calls a URL. */
const ApiSchema = z
  .object({ ...common, upstreamUrl: Upstream, execution: z.null().optional(), policyId: z.null().optional() })
  .superRefine((draft, context) => {
    const issue: Issue = (path, message) => context.addIssue({ code: 'custom', path, message })
    checkPay(draft, issue)
    if (draft.settle === 'after' && (draft.streaming || draft.sideEffects))
      issue(
        ['settle'],
        'What streams or has side effects settles before the upstream is called: choose "before" or the default',
      )
    if (draft.meter !== 'request' && !draft.session)
      issue(['meter'], 'Only sessions pay for parts of an answer: switch sessions on, or charge for requests')
    else if (draft.meter !== 'request' && !draft.streaming)
      issue(['meter'], 'What is charged while it is sent must stream: switch "Streams its answer" on')
    const known = new Set(namesIn(draft.path))
    const missing = namesIn(upstreamPath(draft.upstreamUrl)).find((name) => !known.has(name))
    if (missing) issue(['upstreamUrl'], `The path has no :${missing}. Add it there, or remove it here`)
  })

/** A resource that executes calls on chain. It always counts as having side effects, so that the money moves first. */
const ActionSchema = z
  .object({
    ...common,
    upstreamUrl: z.string().optional(),
    execution: Execution.Schema,
    policyId: z.uuid('Choose the policy that it is held to'),
  })
  .superRefine((draft, context) => {
    const issue: Issue = (path, message) => context.addIssue({ code: 'custom', path, message })
    checkPay(draft, issue)
    const { execution, method, path, price, settle, streaming, meter, accessSeconds } = draft
    if (!servedEvmNetworks().some((network) => network === execution.network))
      issue(['execution', 'network'], `This server does not serve ${execution.network}`)
    if (price === 0n) issue(['price'], 'An action costs gas: give it a price')
    if (settle === 'after') issue(['settle'], 'An action cannot be taken back: the money moves before it')
    if (streaming)
      issue(['streaming'], 'An action streams its progress to every agent that asks for it: switch this off')
    if (meter !== 'request') issue(['meter'], 'An action is sold as a whole: charge for requests')
    if (accessSeconds !== null) issue(['accessSeconds'], 'An action is paid every time: leave this empty')
    const known = new Set(namesIn(path))
    for (const { wanted } of Execution.wanted(execution)) {
      if (wanted.from === 'path' && !known.has(wanted.name))
        issue(['path'], `An argument comes from :${wanted.name}, which the path does not have`)
      if (wanted.from === 'body' && !bodyMethods.includes(method))
        issue(['method'], `A ${method} has no body to bring ${wanted.name}: choose POST`)
    }
  })

const bodyMethods: readonly string[] = ['POST', 'PUT', 'PATCH']

function checkPay(draft: Common & { execution?: unknown }, issue: Issue): void {
  const { payouts, session, price, accessSeconds, meter } = draft
  const settle = draft.settle === 'default' ? null : draft.settle
  for (const { path, message } of Pricing.faults({ ...draft, settle, pricing: policyOf(draft) })) issue(path, message)
  if (accessSeconds !== null && (price === 0n || meter !== 'request'))
    issue(['accessSeconds'], 'Only what is paid by the request can be come back to: leave this empty')
  if (payouts.length === 0) issue(['payouts'], 'Choose at least one network to be paid on')
  payouts.forEach(({ network }, index) => {
    if (!serves(network as Caip2)) issue(['payouts', network], `This server does not serve ${network}`)
    if (payouts.findIndex((other) => other.network === network) !== index)
      issue(['payouts', network], 'This network is there twice: remove one')
  })
  if (session && !payouts.some(({ network }) => hasChannels(network, meter)))
    issue(
      ['session'],
      meter === 'request'
        ? 'Sessions need a network that has channels: choose one too, or switch them off'
        : 'Streams are paid by channels on Tempo networks: choose one too, or charge by the request',
    )
}

/** Parses a resource. @throws AppError bad-input with one entry per field; each says what to change. */
export function parse(input: unknown): ResourceDraft {
  const isAction = (input as { execution?: unknown } | null)?.execution != null
  const result = isAction ? ActionSchema.safeParse(input) : ApiSchema.safeParse(input)
  if (!result.success) throw wrongFields(fieldsOf(result.error, input))
  return toDraft(result.data)
}

/**
 * Parses as much of an unfinished draft as its 402 needs: name, upstream or action, and timeout may be missing or wrong.
 * `errors` are those that `parse` would throw.
 */
export function parseUnfinished(input: unknown): { draft: ResourceDraft | undefined; errors: readonly FieldError[] } {
  try {
    return { draft: parse(input), errors: [] }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { timeoutMs: _timeout, execution: _action, policyId: _policy, ...rest } = input as Record<string, unknown>
    const name = typeof rest.name === 'string' && rest.name.trim() ? rest.name : 'Untitled'
    const filled = ApiSchema.safeParse({ ...rest, name, upstreamUrl: 'https://upstream.invalid/' })
    return { draft: filled.success ? toDraft(filled.data) : undefined, errors: error.fields }
  }
}

/**
 * Parses a resource that is kept as a draft: it may lack a name and an upstream. What is typed must be right.
 * @throws AppError bad-input as `parse`
 */
export function parseForLater(input: unknown): ResourceDraft {
  const { name, upstreamUrl } = input as Record<string, unknown>
  const lacksUpstream = typeof upstreamUrl === 'string' && upstreamUrl.trim() === ''
  const draft = parse({
    ...(input as object),
    ...(typeof name === 'string' && name.trim() === '' && { name: 'Untitled' }),
    ...(lacksUpstream && { upstreamUrl: 'https://upstream.invalid/' }),
  })
  return lacksUpstream ? { ...draft, upstreamUrl: '' } : draft
}

/** The price of an unfinished draft, whatever its other fields are; undefined while it is wrong. */
export function parsePrice(input: unknown): PricePlan.PricePlan | undefined {
  const parsed = z.object({ price: common.price, pricing: common.pricing }).safeParse(input)
  if (!parsed.success) return undefined
  const policy = policyOf(parsed.data) ?? PricePlan.fixed(parsed.data.price)
  return PricePlanDraft.faults(policy).length === 0 ? policy : undefined
}

/** What is allowed but probably a mistake, by field. */
export function findWarnings(draft: ResourceDraft): FieldError[] {
  const warnings = draft.payouts.flatMap(({ network, payTo }) => {
    const purpose = purposeOf(network, payTo)
    const message = `This is a signer (${purpose}): it holds what it needs to sign, and revenue sent here is mixed with that.`
    return purpose ? [{ field: `payouts.${network}`, message }] : []
  })
  if (draft.priceMicros === 0n)
    warnings.push({ field: 'price', message: 'Free: every agent can call it without paying.' })
  return warnings
}

/** The shape of a path, without its names: two paths that the same request could match have the same shape. */
export function shapeOf(path: string): string {
  return path.replace(/\/:[A-Za-z_]\w*(?=\/|$)/g, '/:')
}

/** x402's channels charge per request: nothing in it sends vouchers in the middle of a stream. */
export function hasChannels(network: string, meter: ResourceDraft['meter']): boolean {
  const kind = Escrow.kindOn(network)
  return kind === 'reserve' || (kind === 'batch-settlement' && meter === 'request')
}

function pathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'Begin the path with a slash, for example /v1/fortune'
  if (path === '/') return undefined
  if (/[?#]/.test(path)) return 'Leave out the query: agents may add any'
  if (path.includes('%')) return 'Leave out % escapes: a path has one spelling only'
  if (path.endsWith('/')) return 'Remove the slash at the end'
  const segments = path.slice(1).split('/')
  if (segments.includes('')) return 'Remove the double slash'
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'Remove the . or .. segment'
  const wrong = segments.find((segment) => !segmentPattern.test(segment))
  if (wrong) return `"${wrong}" cannot stand in a path: use letters, digits, - _ . ~ or a :name`
  const names = namesIn(path)
  if (new Set(names).size < names.length) return 'Give each :name once'
  return undefined
}

function upstreamFault(text: string): string | undefined {
  const example = 'Write the whole address of your API, for example https://api.example.com/v1/fortune'
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return example
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return example
  if (url.username || url.password) return 'Leave user and password out of the address: add a secret header instead'
  if (url.hash) return 'Remove the part after #: it is never sent'
  return undefined
}

function upstreamPath(url: string): string {
  return /^https?:\/\/[^/]+(\/[^?#]*)/.exec(url)?.[1] ?? ''
}

/** The names of a path's `:name`s. */
export function namesIn(path: string): string[] {
  return [...path.matchAll(/\/:([A-Za-z_]\w*)(?=\/|$)/g)].map((match) => match[1] ?? '')
}

/** Payouts are named by network and not by position, so that the form finds them; parts of an action by their position. */
function fieldsOf(error: z.ZodError, input: unknown): FieldError[] {
  const payouts = (input as { payouts?: { network?: unknown }[] } | null)?.payouts
  return error.issues.map((issue) => {
    const [first, second] = issue.path
    if (first === 'execution' || first === 'listing' || first === 'pricing')
      return { field: issue.path.slice(0, first === 'listing' ? 3 : undefined).join('.'), message: issue.message }
    const network = first === 'payouts' && typeof second === 'number' ? payouts?.[second]?.network : second
    const field = first === 'payouts' && network !== undefined ? `payouts.${String(network)}` : String(first ?? 'form')
    return { field, message: issue.message }
  })
}

function toDraft(data: z.output<typeof ApiSchema> | z.output<typeof ActionSchema>): ResourceDraft {
  const { price, settle, payouts, execution, policyId, upstreamUrl, sideEffects, ...rest } = data
  const pricing = policyOf(data)
  return {
    ...rest,
    upstreamUrl: execution ? '' : (upstreamUrl ?? ''),
    execution: execution ?? null,
    policyId: execution && policyId ? policyId : null,
    sideEffects: execution ? true : sideEffects,
    priceMicros: pricing ? PricePlan.listMicros(pricing) : price,
    pricing,
    settle: settle === 'default' ? null : settle,
    payouts: payouts.map(({ network, payTo }) => ({ network: network as Caip2, payTo })),
  }
}

/** Null if it equals a fixed price. */
function policyOf({ price, pricing }: Pick<Common, 'price' | 'pricing'>): PricePlan.PricePlan | null {
  const policy = pricing && PricePlanDraft.toPolicy(price, pricing)
  return policy && !PricePlan.isFixed(policy) ? policy : null
}
