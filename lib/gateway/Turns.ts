import { AppError } from '@/lib/errors'

/** Lets work begin a few at a time, in the order in which it came. */
export type Turns = {
  /** Calls `begin` when it is its turn. The turn ends when `begin` is told so, or after `turnMs`. */
  take(begin: (end: () => void) => void, refuse: (problem: AppError) => void): void
}

type Limits = {
  /** So many have their turn at once. */
  atOnce: number
  /** Milliseconds after which a turn is over: what still runs waits for something else, and takes no processor. */
  turnMs: number
  /** So many may wait. */
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
