import { toAppError, type AppError } from '@/lib/errors'

/** Returns the error with a second sentence, which says whether the agent was charged. */
export function withConsequence(error: unknown, sentence: string): AppError {
  const known = toAppError(error)
  return known.with({ message: `${known.message} ${sentence}` })
}
