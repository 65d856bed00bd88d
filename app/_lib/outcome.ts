import type { Outcome } from '@/components/outcome'
import { toAppError } from '@/lib/errors'
import { log } from '@/lib/log'

/** Runs a server action. Errors become an Outcome; redirects pass through. */
export async function toOutcome<Value>(work: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    if (typeof (error as { digest?: unknown }).digest === 'string') throw error
    const known = toAppError(error)
    if (known.status >= 500) log().error({ err: error }, 'a server action failed')
    return { ok: false, code: known.code, message: known.message, fields: known.fields }
  }
}
