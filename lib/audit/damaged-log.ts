import { AppError } from '@/lib/errors'

/** The error of a proof that cannot be made because stored hashes are missing. */
export function damagedLog(): AppError {
  return new AppError('internal-error', 'Hashes of the log are missing: rows were removed from the database.')
}
