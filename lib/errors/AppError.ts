import { codes, type ErrorCode } from './codes'
import type { ErrorRow } from './ErrorRow'

export type FieldError = { field: string; message: string }

type Options = {
  /** Members added to the problem, e.g. { transaction: "0x…" }. Must be safe for the client. */
  extra?: Record<string, unknown>
  /** Response headers, e.g. { "Retry-After": "2" }. */
  headers?: Record<string, string>
  /** One entry per refused field. */
  fields?: readonly FieldError[]
  cause?: unknown
}

/** An error that may reach a client: a code with its page, and one sentence that is safe to show. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly extra: Record<string, unknown>
  readonly headers: Record<string, string>
  readonly fields: readonly FieldError[]

  constructor(code: ErrorCode, message: string, options: Options = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.extra = options.extra ?? {}
    const { retryAfterSeconds }: ErrorRow = codes[code]
    this.headers = {
      ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
      ...options.headers,
    }
    this.fields = options.fields ?? []
  }

  /**
   * A copy with another message, and with more headers and members of the problem; new ones win. The copy is a plain AppError.
   */
  with({ message = this.message, headers, extra }: Partial<Pick<AppError, 'message' | 'headers' | 'extra'>>): AppError {
    return new AppError(this.code, message, {
      extra: { ...this.extra, ...extra },
      headers: { ...this.headers, ...headers },
      fields: this.fields,
      cause: this.cause,
    })
  }

  get status(): number {
    return codes[this.code].status
  }

  get retryable(): boolean {
    return codes[this.code].retryable
  }
}

/** Wraps any thrown value: an AppError stays itself, everything else becomes `internal-error` without its text. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('internal-error', 'Something went wrong on our side.', { cause: error })
}
