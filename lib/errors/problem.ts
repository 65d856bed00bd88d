import type { AppError } from './AppError'
import { codes } from './codes'
import type { ErrorRow } from './ErrorRow'

/** draft-httpauth-payment, draft-tempo-session. */
const mppTypes = 'https://paymentauth.org/problems/'

/** RFC 9457. `type` is the URL of a page that exists, or the type that MPP's clients know; then `help` is our page. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  retryable: boolean
  [member: string]: unknown
}

/** The problem of an error. `origin` is the public URL of this server. */
export function toProblem(error: AppError, origin: string): Problem {
  const row: ErrorRow = codes[error.code]
  const page = `${origin}/docs/errors/${error.code}`
  return {
    type: row.mppType === undefined ? page : `${mppTypes}${row.mppType}`,
    title: row.title,
    status: row.status,
    detail: error.message,
    code: error.code,
    retryable: row.retryable,
    ...(row.mppType !== undefined && { help: page }),
    ...(error.fields.length > 0 && { errors: error.fields }),
    ...error.extra,
  }
}

/** The answer to an error: problem+json, never cached. For HEAD the listener sends only the headers. */
export function toProblemResponse(error: AppError, origin: string): Response {
  return new Response(JSON.stringify(toProblem(error, origin)), {
    status: error.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...error.headers,
    },
  })
}
