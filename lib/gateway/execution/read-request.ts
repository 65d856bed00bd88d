import { AppError } from '@/lib/errors'
import { Execution } from '@/lib/merchants'
import type { PricedRequest } from '../PricedRequest'

/**
 * The transactions that a request for an action asks for; undefined for a resource with an upstream.
 * @throws AppError bad-input naming the argument: nothing was charged.
 */
export function readRequest(pricedRequest: PricedRequest): Execution.TransactionsRequest | undefined {
  const { execution } = pricedRequest.resource
  return execution ? Execution.toRequest(execution, toActionInput(pricedRequest, execution)) : undefined
}

/**
 * Checks the arguments before any payment. A request without any argument passes, because it only asks for the price.
 * @throws AppError bad-input naming the argument.
 */
export function assertArguments(pricedRequest: PricedRequest): void {
  const { execution } = pricedRequest.resource
  if (!execution) return
  const input = toActionInput(pricedRequest, execution)
  if (Execution.bringsAny(execution, input)) Execution.toRequest(execution, input)
}

function toActionInput(
  { params, agentRequest, body }: PricedRequest,
  execution: Execution.Execution,
): Execution.ActionInput {
  const needsBody = Execution.wanted(execution).some(({ wanted }) => wanted.from === 'body')
  return { params, query: agentRequest.query, body: needsBody ? readJson(body) : undefined }
}

function readJson(body: PricedRequest['body']): unknown {
  if (body.kind === 'none') return undefined
  if (body.kind === 'stream') throw refused('The body is too large for the arguments of an action')
  try {
    return JSON.parse(Buffer.from(body.bytes).toString('utf8')) as unknown
  } catch {
    throw refused('Send the arguments as a JSON object')
  }
}

function refused(message: string): AppError {
  return new AppError('bad-input', `${message}. You were not charged.`, { fields: [{ field: 'body', message }] })
}
