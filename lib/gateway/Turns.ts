import { AppError } from '@/lib/errors'

/** A queue that starts a few jobs at a time, first come, first served. */
export type Turns = {
  /**
   * Calls `begin` when a slot is free. The slot is freed when `begin` calls `end`, or after `turnMs`. Calls `refuse` at
   * once if the queue is full.
   */
  take(begin: (end: () => void) => void, refuse: (problem: AppError) => void): void
}

type Limits = {
  /** Number of slots. */
  atOnce: number
  /** Milliseconds after which a slot is freed: a job that still runs is waiting for I/O and uses no processor. */
  turnMs: number
  /** Maximum length of the queue. */
  waitingMax: number
}

export function create({ atOnce, turnMs, waitingMax }: Limits): Turns {
  const waiting: ((end: () => void) => void)[] = []
  let running = 0

  const next = () => {
    while (running < atOnce) {
      const begin = waiting.shift()
      if (!begin) return
      running++
      let over = false
      const end = () => {
        if (over) return
        over = true
        clearTimeout(timer)
        running--
        next()
      }
      const timer = setTimeout(end, turnMs)
      begin(end)
    }
  }
  return {
    take(begin, refuse) {
      if (waiting.length >= waitingMax) {
        const message = `More is asked of this server than it can answer: ${waitingMax} requests wait already. Try again in a moment.`
        return refuse(new AppError('rate-limited', message))
      }
      waiting.push(begin)
      next()
    },
  }
}
