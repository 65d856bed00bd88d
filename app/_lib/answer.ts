import { env } from '@/lib/env'
import { toAppError, toProblemResponse } from '@/lib/errors'
import { log } from '@/lib/log'

/** Runs a route handler. Errors become problem+json; server errors are logged. */
export async function answer(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    const known = toAppError(error)
    if (known.status >= 500) log().error({ err: error }, 'a route handler failed')
    return toProblemResponse(known, env.PUBLIC_URL)
  }
}
