import { z } from 'zod'
import { wrongFields } from '@/lib/errors'

/** A merchant's label and note about a payment or a session. */
export type PaymentNote = { label: string; note: string }

export const labelMax = 40

const Draft = z.object({
  label: z.string().trim().max(labelMax, `Use at most ${labelMax} characters`).optional(),
  note: z.string().trim().max(1_000, 'Use at most 1000 characters').optional(),
})

/** What is left out stays as it is. */
export type PaymentNoteInput = z.input<typeof Draft>

/** @throws AppError bad-input with one entry per field. */
export function parse(input: unknown): z.output<typeof Draft> {
  const result = Draft.safeParse(input)
  if (result.success) return result.data
  throw wrongFields(result.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })))
}
