import { db, sql } from '@/lib/db'
import type { Death } from './fleet'

/** The time that other processes needed to take over the work of dead ones. */
export type Recoveries = {
  /** Notes a death and what was in its hands. */
  note(death: Death): void
  /** From each death until everything was taken over, in milliseconds. Resolves when nothing is left. */
  settled(withinMs: number): Promise<readonly number[]>
  stop(): void
}

type Held = { id: string; epoch: number; status: string; due: string }

const pollMs = 250
/** By then the last statements of a dying process are done. */
const restMs = 150

export function followRecoveries(): Recoveries {
  const open = new Map<string, { diedAtMs: number; death: number; held: Held }>()
  const longest = new Map<number, number>()
  let deaths = 0
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    if (open.size === 0) return
    const ids = [...new Set([...open.values()].map(({ held }) => held.id))]
    const rows = new Map((await read(sql`t.id = ANY(${ids}::uuid[])`)).map((row) => [row.id, row]))
    for (const [key, { diedAtMs, death, held }] of open) {
      const now = rows.get(held.id)
      if (now?.epoch === held.epoch && now.status === held.status && now.due === held.due) continue
      open.delete(key)
      longest.set(death, Math.max(longest.get(death) ?? 0, performance.now() - diedAtMs))
    }
  }
  const timer = setInterval(() => (looking = looking.then(look).catch(() => undefined)), pollMs)

  async function noteHeld({ processId, atMs }: Death, death: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, restMs))
    // A lease names its owner. Tracking has no owner, but no other process looks at the row for ten seconds.
    const held = await read(sql`(t.lease_owner = ${processId}::uuid AND t.lease_until > now())
      OR (t.status = 'submitted' AND t.due_at > now() + interval '5 s')`)
    for (const row of held) open.set(`${death}|${row.id}`, { diedAtMs: atMs, death, held: row })
  }

  return {
    note(death) {
      const number = ++deaths
      looking = looking.then(() => noteHeld(death, number)).catch(() => undefined)
    },
    async settled(withinMs) {
      const untilMs = performance.now() + withinMs
      await looking
      while (open.size > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, pollMs))
      // Work that no process took over counts with the whole wait.
      for (const { death, diedAtMs } of open.values()) longest.set(death, performance.now() - diedAtMs)
      return [...longest.values()]
    },
    stop: () => clearInterval(timer),
  }
}

function read(where: ReturnType<typeof sql>): Promise<Held[]> {
  return db.query<Held>(sql`SELECT t.id, t.epoch, t.status, t.due_at::text AS due FROM transaction t WHERE ${where}`)
}
