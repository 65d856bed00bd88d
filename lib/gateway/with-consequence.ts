import { toAppError, type AppError } from '@/lib/errors'

/** The error with one more sentence, which says what it means for the agent's money. */
export function withConsequence(error: unknown, sentence: string): AppError {
  const known = toAppError(error)
  return known.with({ message: `${known.message} ${sentence}` })
}
