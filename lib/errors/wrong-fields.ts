import { AppError, type FieldError } from './AppError'

/** The refusal of a form: bad-input with one entry per wrong field. */
export function wrongFields(fields: readonly FieldError[]): AppError {
  return new AppError('bad-input', 'Some fields are not right yet.', { fields })
}
