import { log } from '../log'

/** For `.catch`: the end of a payment could not be written now. The request releases the payment, and `expire-payments` writes its end later. */
export function logUnwrittenEnd(error: unknown): void {
  log().warn({ err: error }, 'the end of a payment could not be written yet')
}
