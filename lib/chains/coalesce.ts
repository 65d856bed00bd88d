import type { Caip2 } from '@/lib/money'

type Waiting<Question, Answer> = {
  question: Question
  resolve(answer: Answer): void
  reject(error: unknown): void
}

type Lane<Question, Answer> = {
  waiting: Waiting<Question, Answer>[]
  inFlight: number
  timer?: NodeJS.Timeout | undefined
}

const windowMs = 3

/**
 * Lets callers of one network share a read. A lone caller's is sent at once. Callers that come during a read share the
 * next one, which starts after a few milliseconds, with `callersMax` callers, or when the read returns.
 * @param ask answers the questions in their order. If it throws, all callers of that read get the error.
 */
export function createCoalescer<Question, Answer>(
  callersMax: number,
  ask: (network: Caip2, questions: readonly Question[]) => Promise<readonly Answer[]>,
): (network: Caip2, question: Question) => Promise<Answer> {
  const lanes = new Map<Caip2, Lane<Question, Answer>>()

  async function flush(network: Caip2, lane: Lane<Question, Answer>): Promise<void> {
    clearTimeout(lane.timer)
    lane.timer = undefined
    const callers = lane.waiting.splice(0, callersMax)
    if (callers.length === 0) return
    lane.inFlight++
    try {
      const answers = await ask(
        network,
        callers.map(({ question }) => question),
      )
      callers.forEach(({ resolve }, at) => resolve(answers[at] as Answer))
    } catch (error) {
      for (const { reject } of callers) reject(error)
    } finally {
      lane.inFlight--
      if (lane.waiting.length > 0) void flush(network, lane)
    }
  }

  return (network, question) => {
    const lane = lanes.get(network) ?? { waiting: [], inFlight: 0 }
    lanes.set(network, lane)
    return new Promise((resolve, reject) => {
      lane.waiting.push({ question, resolve, reject })
      if (lane.waiting.length >= callersMax) void flush(network, lane)
      // Callers in this turn of the event loop still join the first read.
      else lane.timer ??= setTimeout(() => void flush(network, lane), lane.inFlight === 0 ? 0 : windowMs)
    })
  }
}
