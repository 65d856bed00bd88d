import { z } from 'zod'
import { Address } from '@/lib/chains'
import { AppError, type FieldError } from '@/lib/errors'
import { Amount, type Caip2 } from '@/lib/money'

/**
 * The request for a refund. `amount`: decimal units of the payment's token; `amountBase`: base units. Without either:
 * everything that is left. `to`: where it goes, by default the payer. `wallet`: the merchant's wallet that sends it; without
 * it the refund wallet of this server does.
 */
export type RefundInput = z.input<typeof Input>

export type RefundDraft = {
  /** Null: everything that is left. */
  amountBase: bigint | null
  reason: string
  /** Canonical; null: the payer. */
  to: string | null
  /** Canonical; null: the refund wallet of this server. */
  wallet: string | null
}

const reasonMax = 500
const optional = z
  .string()
  .trim()
  .transform((text) => (text === '' ? null : text))
  .nullish()
  .transform((text) => text ?? null)

const Input = z.strictObject({
  amount: optional,
  amountBase: optional,
  reason: z
    .string('Write why the money goes back')
    .trim()
    .min(1, 'Write why the money goes back')
    .max(reasonMax, `Use at most ${reasonMax} characters`),
  to: optional,
  wallet: optional,
})

/** Visible ASCII, as RFC 9110 allows in a header. */
const keyPattern = /^[\x21-\x7e]{1,255}$/

/** @throws AppError bad-input with one entry per field. */
export function parse(input: unknown, token: { network: Caip2; decimals: number; symbol: string }): RefundDraft {
  const result = Input.safeParse(input)
  if (!result.success)
    throw refused(result.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })))
  const { amount, amountBase, reason, to, wallet } = result.data
  if (amount !== null && amountBase !== null)
    throw refused([{ field: 'amountBase', message: 'Send amount or amountBase, not both' }])
  return {
    amountBase: amountBase === null ? readAmount(amount, token) : readBase(amountBase),
    reason,
    to: readAddress('to', to, token.network),
    wallet: readAddress('wallet', wallet, token.network),
  }
}

/** The idempotency key of a request, as its refund stores it. @throws AppError bad-input */
export function requestKey(key: string | null | undefined): string {
  if (key && keyPattern.test(key)) return `request ${key}`
  throw refused([{ field: 'Idempotency-Key', message: 'Send 1 to 255 visible ASCII characters, for example a UUID' }])
}

function readAmount(text: string | null, { decimals, symbol }: { decimals: number; symbol: string }): bigint | null {
  if (text === null) return null
  const match = /^\$?([0-9]{1,60})(?:\.([0-9]+))?$/.exec(text)
  if (!match) throw refused([{ field: 'amount', message: 'Write the amount in digits, for example 0.01' }])
  const [, whole = '0', fraction = ''] = match
  const used = fraction.replace(/0+$/, '')
  if (used.length > decimals)
    throw refused([{ field: 'amount', message: `${symbol} has ${decimals} decimals: write at most so many` }])
  return positive('amount', BigInt(whole + used.padEnd(decimals, '0')))
}

function readBase(text: string): bigint {
  try {
    return positive('amountBase', Amount.parseBase(text))
  } catch (error) {
    if (error instanceof AppError) throw error
    throw refused([{ field: 'amountBase', message: 'Send base units as a string of digits, for example "10000"' }])
  }
}

function positive(field: string, base: bigint): bigint {
  if (base > 0n) return base
  throw refused([{ field, message: 'Refund more than zero' }])
}

function readAddress(field: 'to' | 'wallet', text: string | null, network: Caip2): string | null {
  if (text === null) return null
  if (Address.isValid(network, text)) return Address.canonical(network, text)
  const fault = Address.faultOf(network, text)
  throw refused([{ field, message: `${text} ${fault}` }])
}

function refused(fields: FieldError[]): AppError {
  return new AppError('bad-input', fields.map(({ message }) => `${message}.`).join(' '), { fields })
}
