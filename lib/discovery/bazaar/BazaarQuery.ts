import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { EvmAddress } from '@/lib/money'
import { wordsOf, type BazaarItem } from './BazaarItem'

/** The filters of a list. */
export type BazaarFilter = {
  type?: 'http' | 'mcp' | undefined
  payTo?: string | undefined
  scheme?: string | undefined
  network?: string | undefined
  /** Key of an extension that the item must have. */
  extensions?: string | undefined
  /** All of these words must occur. */
  words: readonly string[]
}

export type BazaarQuery = { filter: BazaarFilter; limit: number; offset: number }

const limitDefault = 20
const limitMax = 100
const offsetMax = 10_000
const wordsMax = 8

const whole = (max: number, name: string) =>
  z.coerce
    .number(`${name} must be a whole number`)
    .int(`${name} must be a whole number`)
    .max(max, `${name} must be at most ${max}`)

const token = z
  .string()
  .max(128)
  .regex(/^[\w:.-]+$/, 'must have letters, digits and : . _ - only')
  .optional()

const Params = z.object({
  type: z.enum(['http', 'mcp'], 'type must be http or mcp').optional(),
  payTo: token.superRefine((text, context) => {
    const fault = text?.startsWith('0x') ? EvmAddress.faultOf(text) : undefined
    if (fault) context.addIssue({ code: 'custom', message: fault })
  }),
  scheme: token,
  network: token,
  extensions: token,
  query: z.string().max(200, 'query must have at most 200 characters').default(''),
  limit: whole(limitMax, 'limit').min(1, 'limit must be at least 1').default(limitDefault),
  offset: whole(offsetMax, 'offset').min(0, 'offset must be at least 0').default(0),
})

/** Parses the parameters of an address; `cursor` is an offset that we made. @throws AppError bad-input */
export function from(params: URLSearchParams): BazaarQuery {
  const values = Object.fromEntries([...params].filter(([, value]) => value !== ''))
  const { search = '', q = search, query = q, cursor, offset = cursor, ...rest } = values
  const result = Params.safeParse({ ...rest, query, ...(offset !== undefined && { offset }) })
  if (!result.success) {
    const [issue] = result.error.issues
    throw new AppError('bad-input', `${issue?.path.join('.')}: ${issue?.message}.`)
  }
  const { query: text, limit, offset: skipped, ...filter } = result.data
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, wordsMax)
  return { filter: { ...filter, words }, limit, offset: skipped }
}

/** Whether one of our items passes the filter. `outside` is the same filter in SQL, for other servers' items. */
export function matches(item: BazaarItem, { type, payTo, scheme, network, extensions, words }: BazaarFilter): boolean {
  const isAsked = (accept: Record<string, unknown>) =>
    (payTo === undefined || sameAddress(String(accept.payTo), payTo)) &&
    (scheme === undefined || accept.scheme === scheme) &&
    (network === undefined || accept.network === network)
  return (
    (type === undefined || item.type === type) &&
    item.accepts.some(isAsked) &&
    (extensions === undefined || Object.hasOwn(item.extensions ?? {}, extensions)) &&
    words.every((word) => wordsOf(item).includes(word))
  )
}

/** EVM addresses ignore case; Solana addresses do not. */
function sameAddress(one: string, other: string): boolean {
  return one === other || (one.startsWith('0x') && one.toLowerCase() === other.toLowerCase())
}
