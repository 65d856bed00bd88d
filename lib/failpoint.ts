import { env } from './env'

/** The instants at which a crash is hardest; a test kills the process at each. */
export type Failpoint =
  | 'after-claim'
  | 'after-upstream'
  | 'after-settle'
  | 'after-intent'
  | 'after-enqueue'
  | 'after-lease'
  | 'after-simulation'
  | 'after-slot'
  | 'after-sign'
  | 'after-attempt-commit'
  | 'after-broadcast'
  | 'before-answer'
  | 'after-track-claim'
  | 'after-inclusion'
  | 'before-inclusion'
  | 'before-final'
  | 'before-commit'
  | 'after-commit'
  | 'after-webhook'
  | 'before-facilitator'
  | 'after-facilitator'
  | 'before-payout'
  | 'before-refund-sent'
  | 'after-refund-sent'
  | 'before-refund-booked'
  | 'before-rail'
  | 'after-hold'
  | 'after-rail'
  | 'before-rail-commit'

let hasStopped = false

/**
 * Kills this process, as `kill -9` would, if SLUICE_FAILPOINT names this point. If it says "{point} stop", stops the process
 * once, until it gets SIGCONT. Otherwise does nothing.
 */
export function failpoint(name: Failpoint): void {
  if (env.SLUICE_FAILPOINT === name) process.kill(process.pid, 'SIGKILL')
  if (env.SLUICE_FAILPOINT !== `${name} stop` || hasStopped) return
  hasStopped = true
  process.kill(process.pid, 'SIGSTOP')
}
