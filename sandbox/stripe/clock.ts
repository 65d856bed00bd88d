import { newId } from './ids'
import type { Store } from './store'

/** What becomes due, by the name in its row. Runs in a transaction. */
export type DueTasks = Record<string, (target: string) => unknown>

/** Node's timers hold 2^31 ms at most. */
const longestTimerMs = 2_147_483_647

/**
 * The time of the server: the machine's, or the given one, plus what `advance` added. Work that is due later is a row, so
 * that a restart keeps it; a timer runs it in real time, and `advance` runs it at once, in the order of its times.
 */
export class Clock {
  readonly #store: Store
  readonly #now: () => number
  #offsetMs = 0
  #tasks: DueTasks = {}
  #timer: NodeJS.Timeout | undefined
  #afterwards: () => void = () => undefined
  #stopped = false

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store
    this.#now = now
  }

  /** Names the tasks, and what follows each of their transactions. */
  start(tasks: DueTasks, afterwards: () => void): void {
    this.#tasks = tasks
    this.#afterwards = afterwards
    // The offset of the last run: time never goes back.
    const latest = this.#store.all('clock_offset').at(-1)
    if (latest) this.#offsetMs = latest.offsetMs
    this.arm()
  }

  nowMs(): number {
    return this.#now() + this.#offsetMs
  }

  /** Whole seconds, as in every field of Stripe. */
  now(): number {
    return Math.floor(this.nowMs() / 1_000)
  }

  /** In a transaction. */
  schedule(task: string, target: string, atMs: number): void {
    this.#store.insert('due_task', '', { id: newId('due'), created: this.now(), atMs, task, target })
  }

  unschedule(task: string, target: string): void {
    for (const due of this.#store.all('due_task'))
      if (due.task === task && due.target === target) this.#store.remove('due_task', due.id)
  }

  /** Moves time forward to a moment, running at its own time whatever becomes due until then. */
  advanceTo(targetMs: number): void {
    for (;;) {
      const next = this.#next()
      if (!next || next.atMs > targetMs) break
      this.#moveTo(Math.max(next.atMs, this.nowMs()))
      this.#run(next.id)
    }
    this.#moveTo(targetMs)
    this.arm()
  }

  advance(ms: number): void {
    this.advanceTo(this.nowMs() + ms)
  }

  /** Sets the timer for what is due next. */
  arm(): void {
    clearTimeout(this.#timer)
    const next = this.#stopped ? undefined : this.#next()
    if (!next) return
    const waitMs = Math.min(Math.max(0, next.atMs - this.nowMs()), longestTimerMs)
    this.#timer = setTimeout(() => this.#runDue(), waitMs).unref()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #next() {
    let first
    for (const due of this.#store.all('due_task')) if (!first || due.atMs < first.atMs) first = due
    return first
  }

  #runDue(): void {
    for (let next = this.#next(); next && next.atMs <= this.nowMs(); next = this.#next()) this.#run(next.id)
    this.arm()
  }

  #run(id: string): void {
    this.#store.transaction(() => {
      const { task, target } = this.#store.get('due_task', id)
      this.#store.remove('due_task', id)
      this.#tasks[task]?.(target)
    })
    this.#afterwards()
  }

  #moveTo(targetMs: number): void {
    const movedMs = targetMs - this.nowMs()
    if (movedMs <= 0) return
    this.#offsetMs += movedMs
    this.#store.transaction(() => {
      const known = this.#store.find('clock_offset', 'offset')
      if (known) this.#store.update('clock_offset', 'offset', { offsetMs: this.#offsetMs })
      else this.#store.insert('clock_offset', '', { id: 'offset', created: 0, offsetMs: this.#offsetMs })
    })
  }
}
