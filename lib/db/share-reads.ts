import { runFor } from './purpose'

type Waiting<Question, Answer> = { question: Question; resolve(answer: Answer): void; reject(error: unknown): void }

/** The most callers in one statement. */
const mostAtOnce = 100
/** While this many statements run, a caller waits for one to end and shares the next. */
const underWayMax = 2

/**
 * Lets callers that ask the same kind of question at the same moment share a statement. A single caller does not wait. For
 * sales, and for reads that need no transaction.
 * @param ask answers the questions in order; if it throws, every caller of that statement gets the error.
 */
export function shareReads<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): (question: Question) => Promise<Answer> {
  let waiting: Waiting<Question, Answer>[] = []
  let underWay = 0
  let isDue = false

  async function leave(): Promise<void> {
    isDue = false
    if (waiting.length === 0 || underWay >= underWayMax) return
    const together = waiting.slice(0, mostAtOnce)
    waiting = waiting.slice(mostAtOnce)
    underWay++
    try {
      const answers = await runFor('sales', () => ask(together.map(({ question }) => question)))
      together.forEach(({ resolve }, at) => resolve(answers[at] as Answer))
    } catch (error) {
      for (const { reject } of together) reject(error)
    } finally {
      underWay--
      void leave()
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      // Requests that are read from their sockets in this turn of the event loop share it.
      if (isDue || underWay >= underWayMax) return
      isDue = true
      setImmediate(() => void leave())
    })
}
