import { AppError } from '@/lib/errors'
import { Execution } from '@/lib/merchants'
import type { PaidRequest } from '../PaidRequest'

/**
 * What a request for an action asks of the chain; undefined where a URL is sold.
 * @throws AppError bad-input naming the argument: nothing was charged.
 */
export function readRequest(sale: PaidRequest): Execution.TransactionsRequest | undefined {
  const { execution } = sale.resource
  return execution ? Execution.toRequest(execution, toBrought(sale, execution)) : undefined
}

/** The same before anything is paid. A request that brings none of the arguments only asks for the price, and may. */
export function assertArguments(sale: PaidRequest): void {
  const { execution } = sale.resource
  if (!execution) return
  const brought = toBrought(sale, execution)
  if (Execution.bringsAny(execution, brought)) Execution.toRequest(execution, brought)
}

function toBrought({ params, ask, body }: PaidRequest, execution: Execution.Execution): Execution.ActionInput {
  const isWanted = Execution.wanted(execution).some(({ wanted }) => wanted.from === 'body')
  return { params, query: ask.query, body: isWanted ? readJson(body) : undefined }
}

function readJson(body: PaidRequest['body']): unknown {
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
