import pino from 'pino'
import { env } from './env'

/** Members that must never reach a log, anywhere in a logged object. */
const redacted = [
  'authorization',
  'cookie',
  'signature',
  'raw',
  'privateKey',
  'secret',
  'password',
  'credential',
  'instrument',
  'macaroon',
  // Of Lightning, in our words, LND's and phoenixd's.
  'preimage',
  'payment_preimage',
  'paymentPreimage',
  'r_preimage',
]

let logger: pino.Logger | undefined

/** Structured log on stdout. Pass ids (`requestId`, `paymentId`, `batchId`, `transactionId`), then a sentence. */
export function log(): pino.Logger {
  return (logger ??= loggerTo(env.LOG_LEVEL))
}

/** A log that keeps the same secrets, on stdout or into a stream. */
export function loggerTo(level: string, destination?: pino.DestinationStream): pino.Logger {
  const redact = { paths: redacted.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' }
  return pino({ level, base: null, redact }, destination ?? pino.destination(1))
}
