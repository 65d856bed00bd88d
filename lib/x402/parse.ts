import type { z } from 'zod'
import { AppError } from '@/lib/errors'
import { shapes } from '@/lib/wire'

/** @throws AppError payment-malformed, naming the member below `prefix`. */
export function parse<T extends z.ZodType>(schema: T, value: unknown, prefix = ''): z.infer<T> {
  const result = schema.safeParse(value)
  if (!result.success) throw malformed(shapes.explain(result.error, prefix))
  return result.data
}

export function malformed(message: string, cause?: unknown): AppError {
  return new AppError('payment-malformed', message, { cause })
}
