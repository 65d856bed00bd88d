import type { z } from 'zod'
import { AppError } from '@/lib/errors'
import { shapes, type RefusalReason } from '@/lib/protocol-shared'

/** Parses a value by its schema. @throws AppError payment-malformed; names the member below `prefix`. */
export function parse<T extends z.ZodType>(schema: T, value: unknown, prefix = ''): z.infer<T> {
  const result = schema.safeParse(value)
  if (!result.success) throw malformed(shapes.explain(result.error, prefix))
  return result.data
}

export function malformed(message: string, cause?: unknown): AppError {
  return new AppError('payment-malformed', message, { cause })
}

/** Members of a requirement for whose mismatch x402 has a reason word. */
const reasonOfField: Readonly<Record<string, RefusalReason>> = {
  network: 'network',
  'accepted.network': 'network',
  'accepted.scheme': 'scheme',
  'accepted.amount': 'value',
  'accepted.asset': 'token',
  'accepted.payTo': 'recipient',
}

/** The error for a member of the client's echo that differs from our requirement. */
export function differs(field: string, problem: string): AppError {
  const reason = reasonOfField[field]
  const message = `The payment's ${field} ${problem}.`
  return new AppError('verification-failed', message, { extra: reason ? { reason } : {} })
}
