import { z } from 'zod'
import { Amount, EvmAddress } from '@/lib/money'
import * as Clock from './Clock'
import { counts, isMetered, type UnitCount, type PricePlan } from './PricePlan'

const tiersMax = 10
const windowsMax = 10
const discountsMax = 100
const percentMax = 1_000

const Dollars = z.string().transform((text, context) => {
  try {
    return Amount.parseDollars(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

const Optional = z.string().transform((text, context) => {
  if (text.trim() === '') return null
  const parsed = Dollars.safeParse(text)
  if (parsed.success) return parsed.data
  context.addIssue({ code: 'custom', message: `${parsed.error.issues[0]?.message ?? ''}, or leave it empty` })
  return z.NEVER
})

const Whole = z
  .string()
  .trim()
  .regex(/^[1-9][0-9]{0,14}$/, 'Write a whole number, for example 1000')
  .transform(BigInt)

function Percent(least: number, most: number) {
  return z
    .string()
    .trim()
    .regex(/^[0-9]{1,4}$/, `Write a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((percent) => percent >= least && percent <= most, `Write a whole number from ${least} to ${most}`)
}

const Minute = z.string().transform((text, context) => {
  const match = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(text.trim())
  if (match) return Number(match[1]) * 60 + Number(match[2])
  context.addIssue({ code: 'custom', message: 'Write a time of the day, for example 22:00' })
  return z.NEVER
})

const Wallet = z
  .string()
  .trim()
  .transform((text, context) => {
    if (EvmAddress.isValid(text)) return text.toLowerCase()
    if (/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(text)) return text
    const typo = EvmAddress.isMistyped(text)
    const message = typo
      ? 'The capitals of this address do not fit: a character is wrong. Copy it again from the wallet'
      : 'Write the agent’s address, 0x and 40 hex digits, or its address on Solana'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

const pointer = /^(\/([^~/]|~[01])*)+$/
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/

const Counted = z
  .object({
    of: z.enum(Object.keys(counts) as [UnitCount['of'], ...UnitCount['of'][]]),
    at: z.string().trim().max(256).default(''),
  })
  .transform(({ of, at }, context): UnitCount => {
    const fail = (message: string) => {
      context.addIssue({ code: 'custom', path: ['at'], message })
      return z.NEVER
    }
    switch (of) {
      case 'request-number':
      case 'response-number':
        return pointer.test(at) ? { of, at } : fail('Write a JSON pointer, for example /usage/total_tokens')
      case 'query':
        return at === '' ? fail('Write the name of the parameter, for example limit') : { of, at }
      case 'response-header':
        return headerName.test(at)
          ? { of, at: at.toLowerCase() }
          : fail('Write the name of a header, for example X-Tokens-Used')
      default:
        return { of }
    }
  })

const Tier = z.object({
  /** Empty in the last one. */
  upTo: z.string().transform((text, context) => {
    if (text.trim() === '') return null
    const parsed = Whole.safeParse(text)
    if (parsed.success) return parsed.data
    context.addIssue({ code: 'custom', message: 'Write a whole number; only the last price has no end' })
    return z.NEVER
  }),
  price: Dollars,
})

const Unit = z
  .object({
    count: Counted,
    name: z
      .string()
      .trim()
      .regex(/^[a-z][a-z -]{0,31}$/, 'Use one word of at most 32 small letters, for example token'),
    per: Whole,
    tiers: z.array(Tier).min(1, 'Write what a unit costs').max(tiersMax, `Use at most ${tiersMax} prices`),
  })
  .transform(({ tiers, ...unit }, context) => {
    tiers.forEach(({ upTo }, index) => {
      const before = tiers[index - 1]?.upTo ?? 0n
      const isLast = index === tiers.length - 1
      const message = isLast
        ? upTo !== null && 'Leave this empty: the last price is for every further unit'
        : upTo === null
          ? 'Write where this price ends: only the last one has no end'
          : upTo <= before && `Write more than ${before}, where the price before it ends`
      if (message) context.addIssue({ code: 'custom', path: ['tiers', index, 'upTo'], message })
    })
    return { ...unit, tiers: tiers.map(({ upTo, price }) => ({ upTo, micros: price })) }
  })

const Window = z.object({
  days: z.array(z.int().min(1).max(7)).min(1, 'Choose at least one day'),
  from: Minute,
  to: Minute,
  timeZone: z.string().trim().refine(Clock.isZone, 'Write a time zone such as UTC or Europe/Berlin'),
  percent: Percent(0, percentMax),
})

export const Schema = z.object({
  unit: Unit.nullable().default(null),
  minCharge: Optional.default(null),
  maxCharge: Optional.default(null),
  freePerDay: z
    .string()
    .trim()
    .regex(/^[0-9]{0,6}$/, 'Write how many calls a day, or leave it empty')
    .transform(Number)
    .default(0),
  windows: z.array(Window).max(windowsMax, `Use at most ${windowsMax} times`).default([]),
  discounts: z
    .array(z.object({ wallet: Wallet, percent: Percent(1, 100) }))
    .max(discountsMax, `Use at most ${discountsMax} agents`)
    .default([]),
})

export function toPolicy(baseMicros: bigint, draft: z.output<typeof Schema>): PricePlan {
  const { unit, minCharge, maxCharge, freePerDay, windows, discounts } = draft
  return { baseMicros, unit, minMicros: minCharge, maxMicros: maxCharge, freePerDay, windows, discounts }
}

/** What is wrong with a policy as a whole; each sentence says the way out. */
export function faults(policy: PricePlan): { path: (string | number)[]; message: string }[] {
  const { baseMicros, unit, minMicros, maxMicros, discounts } = policy
  const found: { path: (string | number)[]; message: string }[] = []
  if (unit && (maxMicros === null || maxMicros === 0n))
    found.push({
      path: ['maxCharge'],
      message: isMetered(policy)
        ? 'Write the most that a call may cost: an agent signs for it before the answer is counted'
        : 'Write the most that a call may cost: it is asked where a request does not say how many units it wants',
    })
  if (maxMicros !== null && (minMicros ?? 0n) > maxMicros)
    found.push({ path: ['minCharge'], message: 'The least that a call costs is more than the most: lower it' })
  if (maxMicros !== null && maxMicros > 0n && baseMicros > maxMicros)
    found.push({ path: ['maxCharge'], message: 'Every call costs more than this before its units: raise it' })
  discounts.forEach(({ wallet }, index) => {
    if (discounts.findIndex((other) => other.wallet === wallet) !== index)
      found.push({ path: ['discounts', index, 'wallet'], message: 'This agent is there twice: remove one' })
  })
  return found
}
