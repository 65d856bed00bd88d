import { EventEmitter } from 'node:events'

/**
 * What an AbortController does, at a fraction of its price (in Node it costs more than checking a signature): a request has
 * one for the agent that may go away, and one for the upstream's call. undici takes any emitter of 'abort'.
 */
export class Abort extends EventEmitter {
  aborted = false
  reason: unknown

  /** Tells everybody who listens, once. */
  abort(reason?: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    this.emit('abort')
  }

  /** One that is aborted when a signal of the platform is. */
  static from(signal: AbortSignal): Abort {
    const abort = new Abort()
    if (signal.aborted) abort.abort(signal.reason)
    else signal.addEventListener('abort', () => abort.abort(signal.reason), { once: true })
    return abort
  }
}
