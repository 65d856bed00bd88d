import pino from 'pino'
import { env } from './env'

/** Members that must never reach a log, anywhere in a logged object. */
const redacted = ['authorization', 'cookie', 'signature', 'raw', 'privateKey', 'secret', 'credential', 'instrument']

let logger: pino.Logger | undefined

/** Structured log on stdout. Pass ids (`requestId`, `paymentId`, `batchId`, `transactionId`), then a sentence. */
export function log(): pino.Logger {
  return (logger ??= pino({
    level: env.LOG_LEVEL,
    base: null,
    redact: { paths: redacted.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  }))
}
