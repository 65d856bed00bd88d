import type { z } from 'zod'
import { AppError, type FieldError } from './AppError'

/** The refusal of a form: bad-input with one entry per wrong field. */
export function wrongFields(fields: readonly FieldError[]): AppError {
  return new AppError('bad-input', 'Some fields are not right yet.', { fields })
}

/** The same for an input that a schema refuses: each fault by the path of its field. */
export function toBadInput(error: z.ZodError): AppError {
  return wrongFields(error.issues.map(({ path, message }) => ({ field: path.join('.') || 'form', message })))
}
