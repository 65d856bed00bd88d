/** What is said of an error: `owner` says whose move it is. */
export type ErrorRow = {
  status: number
  owner: 'client' | 'merchant' | 'upstream' | 'platform'
  retryable: boolean
  title: string
  /** What happened and what to do, for the documentation page. */
  help: string
  /** The problem type of MPP's own registry below https://paymentauth.org/problems/, where it has one that clients know. */
  mppType?: string
  /** Retry-After of an answer that names no better time. Every 429 and 503 has one. */
  retryAfterSeconds?: number
}
