import { findApiKey, limitRate, type ApiKey } from '@/lib/auth'
import { createCtx, type Ctx } from '@/lib/ctx'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'

/**
 * The check of every route below /api/v1: a valid key with this scope, within its rate limit.
 * @returns the key, and a Ctx whose actor it is.
 * @throws AppError not-signed-in, not-allowed, rate-limited
 */
export async function requireKey(
  request: Request,
  scope: ApiKey.ApiKeyScope,
): Promise<{ key: ApiKey.ApiKey; ctx: Ctx }> {
  const key = await findApiKey(request.headers, scope)
  const ctx = createCtx({ kind: 'key', id: key.id })
  limitRate(key.id)
  return { key, ctx }
}

/** @throws AppError not-found if the text cannot be an id. */
export async function readId(params: Promise<{ id: string }>): Promise<string> {
  const { id } = await params
  if (Filter.isId(id.toLowerCase())) return id.toLowerCase()
  throw noTransaction()
}

export function noTransaction(): AppError {
  return new AppError('not-found', 'There is no such transaction, or it belongs to another merchant.')
}

export const noStore = { 'Cache-Control': 'no-store' }
