import { log } from '../log'

/**
 * For `.catch`, when the end of a payment could not be written. The request releases the payment, and the task
 * `expire-payments` writes its end later.
 */
export function logUnwrittenEnd(error: unknown): void {
  log().warn({ err: error }, 'the end of a payment could not be written yet')
}
