import { z } from 'zod'
import { AppError, type FieldError } from '@/lib/errors'
import { Amount } from '@/lib/money'
import type { SettlementTerms } from './SettlementTerms'

/** Terms as a person types them: text, where an empty field switches a rule off. */
export type SettlementTermsInput = Record<SettlementTermsField, string>

export type SettlementTermsField = keyof typeof fields

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute
const sizes = { s: second, min: minute, h: 60 * minute, d: day } as const

const fields = {
  units: off(whole(1, 1_000_000_000)),
  amount: off(dollars(1n)),
  interval: off(duration(10 * second, 14 * day)),
  exposure: off(dollars(1n)),
  idleClose: off(duration(10 * minute, 365 * day)),
  excessMax: dollars(0n),
  minDeposit: dollars(0n),
  minDelta: dollars(0n),
  vouchersPerSecond: off(whole(1, 100_000)),
  channelMax: off(dollars(1n)),
  payerMax: off(dollars(1n)),
}

const Schema = z.object(fields).superRefine((draft, context) => {
  const { units, amount, interval, exposure } = draft
  if (units === null && amount === null && interval === null && exposure === null)
    context.addIssue({
      code: 'custom',
      path: ['interval'],
      message:
        'Set at least one of units, amount, interval and exposure: otherwise nothing is settled before it closes',
    })
  if (draft.payerMax !== null && draft.channelMax !== null && draft.payerMax < draft.channelMax)
    context.addIssue({
      code: 'custom',
      path: ['payerMax'],
      message: 'One channel may hold more than all channels of its payer: raise this, or lower the limit of a channel',
    })
})

/** @throws AppError bad-input, with one entry for each wrong field. */
export function parse(input: unknown): SettlementTerms {
  const { policy, errors } = parseUnfinished(input)
  if (policy) return policy
  throw new AppError('bad-input', 'The policy is not right yet.', { fields: errors })
}

/** The terms if the input is complete, else its errors. */
export function parseUnfinished(input: unknown): { policy?: SettlementTerms; errors: FieldError[] } {
  const parsed = Schema.safeParse(input)
  if (!parsed.success)
    return {
      errors: parsed.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })),
    }
  const { data } = parsed
  return {
    errors: [],
    policy: {
      schedule: {
        units: data.units,
        amountMicros: data.amount,
        intervalMs: data.interval,
        exposureMicros: data.exposure,
        idleCloseMs: data.idleClose,
        excessMaxMicros: data.excessMax,
      },
      limits: {
        minDepositMicros: data.minDeposit,
        minDeltaMicros: data.minDelta,
        vouchersPerSecond: data.vouchersPerSecond,
        channelMaxMicros: data.channelMax,
        payerMaxMicros: data.payerMax,
      },
    },
  }
}

/** The terms as a person would type them. */
export function from({ schedule, limits }: SettlementTerms): SettlementTermsInput {
  const money = (micros: bigint | null) => (micros === null ? '' : Amount.formatDollars(micros).replace(/[$,]/g, ''))
  const time = (ms: number | null) => (ms === null ? '' : spell(ms))
  return {
    units: String(schedule.units ?? ''),
    amount: money(schedule.amountMicros),
    interval: time(schedule.intervalMs),
    exposure: money(schedule.exposureMicros),
    idleClose: time(schedule.idleCloseMs),
    excessMax: money(schedule.excessMaxMicros),
    minDeposit: money(limits.minDepositMicros),
    minDelta: money(limits.minDeltaMicros),
    vouchersPerSecond: String(limits.vouchersPerSecond ?? ''),
    channelMax: money(limits.channelMaxMicros),
    payerMax: money(limits.payerMaxMicros),
  }
}

/** An empty field is null. */
function off<Value>(schema: z.ZodType<Value, string>): z.ZodType<Value | null, string> {
  return z.string().transform((text, context) => {
    if (text.trim() === '') return null
    const parsed = schema.safeParse(text)
    if (parsed.success) return parsed.data
    context.addIssue({ code: 'custom', message: parsed.error.issues[0]?.message ?? 'Not understood' })
    return z.NEVER
  })
}

function whole(least: number, most: number): z.ZodType<number, string> {
  const range = `Write a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`
  return z.string().transform((text, context) => {
    const value = /^\d{1,12}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN
    if (value >= least && value <= most) return value
    context.addIssue({ code: 'custom', message: range })
    return z.NEVER
  })
}

/** Micro-dollars. */
function dollars(least: bigint): z.ZodType<bigint, string> {
  return z.string().transform((text, context) => {
    try {
      const micros = Amount.parseDollars(text)
      if (micros >= least) return micros
    } catch {
      // The message below says what to write.
    }
    const more = least > 0n ? ', more than zero' : ''
    context.addIssue({ code: 'custom', message: `Write dollars with at most six decimals${more}, for example 0.10` })
    return z.NEVER
  })
}

/** Milliseconds from "90 s", "15 min", "1 h", "2 h 30 min", "7 d". */
function duration(leastMs: number, mostMs: number): z.ZodType<number, string> {
  return z.string().transform((text, context) => {
    const ms = readDuration(text)
    if (ms === undefined) context.addIssue({ code: 'custom', message: 'Write a time such as 90 s, 15 min, 1 h or 7 d' })
    else if (ms < leastMs || ms > mostMs)
      context.addIssue({ code: 'custom', message: `Write a time from ${spell(leastMs)} to ${spell(mostMs)}` })
    else return ms
    return z.NEVER
  })
}

function readDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase()
  if (!/^(\d{1,6}\s*(d|h|min|s)\s*)+$/.test(trimmed)) return undefined
  const parts = [...trimmed.matchAll(/(\d+)\s*(d|h|min|s)/g)]
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * sizes[unit as keyof typeof sizes], 0)
}

function spell(ms: number): string {
  let rest = ms
  const parts = (['d', 'h', 'min', 's'] as const).flatMap((unit) => {
    const count = Math.floor(rest / sizes[unit])
    rest -= count * sizes[unit]
    return count > 0 ? [`${count} ${unit}`] : []
  })
  return parts.join(' ') || '0 s'
}
