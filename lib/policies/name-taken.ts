import { AppError } from '@/lib/errors'

/** Whether a write failed because another policy of the merchant has the name. */
export function isNameTaken(error: unknown): boolean {
  return (error as { constraint?: unknown }).constraint === 'execution_policy_merchant_id_name_key'
}

export function nameTaken(name: string): AppError {
  const fields = [{ field: 'name', message: `There is already a policy "${name}": choose another name` }]
  return new AppError('bad-input', 'The policy is not right yet.', { fields })
}
