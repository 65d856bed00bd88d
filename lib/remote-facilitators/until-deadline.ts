import { log } from '../log'

/** Undefined if the deadline (`Date.now()`) comes first. The work continues, and a later failure is logged. */
export async function untilDeadline<Value>(work: Promise<Value>, deadlineAtMs: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, deadlineAtMs - Date.now()))
  })
  work.catch((error: unknown) => log().error({ err: error }, 'a settlement by a facilitator did not finish here'))
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
