/** One step in the history of a payment, a channel or a transaction, as pages show it. Times are ISO 8601. */
export type TimelineStep = {
  key: string
  title: string
  /** When it happened; null for a step in the future. */
  at: string | null
  /** Milliseconds since the step before it. */
  sinceMs: number | null
  /** `follows`: a consequence of a step that failed before it. */
  state: 'done' | 'failed' | 'follows' | 'held' | 'waiting'
  detail: string | null
  /** Of its transaction. */
  hash: string | null
}
