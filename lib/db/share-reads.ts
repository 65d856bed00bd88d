import { runFor } from './purpose'

type Waiting<Question, Answer> = { question: Question; resolve(answer: Answer): void; reject(error: unknown): void }

/** Most of them in one statement. */
const mostAtOnce = 100
/** While so many statements are under way, a caller waits for one of them to end, and shares the next. */
const underWayMax = 2

/**
 * Lets callers that ask the same kind of question at the same moment share a statement, as people share a bus that is always there: one
 * who comes alone is driven at once. For sales, and for reads that need no transaction.
 * @param ask answers the questions in their order; when it throws, so does every caller of that statement.
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
