import { z } from 'zod'
import { AppError } from '@/lib/errors'

/** What a payer asks its seller about one payment, and the answer. */

export const kinds = ['refund', 'problem'] as const
export type PayerRequestKind = (typeof kinds)[number]

export type PayerRequestInput = { kind: string; reason: string }

/** As pages show it. Times are ISO 8601. */
export type PayerRequestView = {
  paymentId: string
  wallet: string
  kind: PayerRequestKind
  reason: string
  createdAt: string
  answer: string | null
  answeredAt: string | null
}

const text = z
  .string()
  .trim()
  .min(3, 'Write at least three characters')
  .max(1_000, 'Use at most 1000 characters')
  // oxlint-disable-next-line no-control-regex -- what no page can show
  .refine((value) => !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value), 'Remove the control characters')

const Asked = z.object({ kind: z.enum(kinds, 'Choose one of the two'), reason: text })

/** @throws AppError bad-input, which names each field. */
export function parse(input: unknown): { kind: PayerRequestKind; reason: string } {
  return take(Asked.safeParse(input))
}

/** @throws AppError bad-input */
export function parseAnswer(input: unknown): string {
  return take(z.object({ answer: text }).safeParse(input)).answer
}

function take<Value>(parsed: { success: true; data: Value } | { success: false; error: z.ZodError }): Value {
  if (parsed.success) return parsed.data
  throw new AppError('bad-input', 'Some fields are not right yet.', {
    fields: parsed.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })),
  })
}
