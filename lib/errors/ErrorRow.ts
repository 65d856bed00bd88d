/** One error of the table. `owner` is the party that has to act. */
export type ErrorRow = {
  status: number
  owner: 'client' | 'merchant' | 'upstream' | 'platform'
  retryable: boolean
  title: string
  /** What happened and what to do, for the documentation page. */
  help: string
  /** The problem type in MPP's own registry below https://paymentauth.org/problems/, if its clients know one. */
  mppType?: string
  /** Retry-After of an answer that states no better time. Every 429 and 503 has one. */
  retryAfterSeconds?: number
}
