import { AppError, toAppError } from '@/lib/errors'
import { checkExecution, type ExecutionInput } from '@/lib/intents'
import type { PricedRequest } from '../PricedRequest'
import { readRequest } from './read-request'

/**
 * The execution input for an action that an agent pays for.
 * @param payer lower-case.
 * @throws AppError bad-input naming the argument.
 */
export function toExecutionInput(pricedRequest: PricedRequest, payer: string): ExecutionInput {
  const { merchantId, policyId, id: resourceId } = pricedRequest.resource
  return { merchantId, policyId, resourceId, asker: { kind: 'agent', id: payer }, request: readRequest(pricedRequest) }
}

/**
 * Checks before any money moves that the action would be accepted now. Does nothing for a resource with an upstream.
 * @throws AppError bad-input, policy-refused, cap-exceeded, simulation-reverted, unavailable: nothing was charged.
 */
export async function assertExecutable(pricedRequest: PricedRequest, payer: string): Promise<void> {
  if (!pricedRequest.resource.execution) return
  try {
    await checkExecution(pricedRequest.ctx, toExecutionInput(pricedRequest, payer))
  } catch (error) {
    throw forAgent(error, 'You were not charged.')
  }
}

/** For a failure after which it is not known what was written. */
export const retryAdvice = 'Send the same request with the same credential again: it is charged, and done, once.'

/** The refusal as the payer sees it, without the state of the merchant's caps. */
export function forAgent(thrown: unknown, consequence = ''): AppError {
  const error = toAppError(thrown)
  const { code, message, headers, fields, cause, extra } = error
  const { rules: _, ...rest } = extra
  const words = code === 'cap-exceeded' ? 'The merchant lets no more of this through today.' : message
  const detail = words.includes(consequence) ? words : `${words} ${consequence}`
  return new AppError(code, detail, { extra: rest, headers, fields, cause: cause ?? error })
}
