import { EventEmitter } from 'node:events'

/**
 * A cheap replacement for AbortController, which costs more in Node than checking a signature. Each request has two: one
 * for the agent's connection, one for the upstream call. undici accepts any emitter of 'abort' as a signal.
 */
export class Abort extends EventEmitter {
  aborted = false
  reason: unknown

  /** Notifies all listeners. Only the first call has an effect. */
  abort(reason?: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    this.emit('abort')
  }

  /** An Abort that follows a platform AbortSignal. */
  static from(signal: AbortSignal): Abort {
    const abort = new Abort()
    if (signal.aborted) abort.abort(signal.reason)
    else signal.addEventListener('abort', () => abort.abort(signal.reason), { once: true })
    return abort
  }
}
