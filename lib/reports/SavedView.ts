import { z } from 'zod'
import { wrongFields } from '@/lib/errors'

/** The filters, order and columns of a list, saved under a name. */
export type SavedView = { id: string; name: string; query: string }

/** Lists whose views can be saved. */
export const pages = ['/payments'] as const
export type ViewPage = (typeof pages)[number]

const Draft = z.object({
  page: z.enum(pages),
  name: z.string().trim().min(1, 'Write a name').max(60, 'Use at most 60 characters'),
  query: z.string().max(2_000, 'The view has too many filters'),
})

/** @throws AppError bad-input with one entry per field. */
export function parse(input: unknown): z.output<typeof Draft> {
  const result = Draft.safeParse(input)
  if (result.success) return result.data
  throw wrongFields(result.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })))
}
