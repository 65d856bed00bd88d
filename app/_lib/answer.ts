import { env } from '@/lib/env'
import { toAppError, toProblemResponse } from '@/lib/errors'
import { log } from '@/lib/log'

/** Runs a route handler's work; whatever it throws becomes problem+json, and our own faults are logged. */
export async function answer(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    const known = toAppError(error)
    if (known.status >= 500) log().error({ err: error }, 'a route handler failed')
    return toProblemResponse(known, env.PUBLIC_URL)
  }
}
