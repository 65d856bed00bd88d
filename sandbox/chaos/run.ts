import { db, sql } from '@/lib/db'
import { leaseMs } from '@/lib/execution/lease'
import { isClean, judge, type Verdict } from '../faults/verdict'
import { verifyAudit } from '../faults/verify-audit'
import { startFleet, type Fleet } from './fleet'
import { startPostgresProxy, type PostgresProxy } from '../faults/postgres-proxy'
import { randomOf } from '../faults/random'
import { isMoneyClean, type MoneyVerdict } from './money'
import { followRecoveries, type Recoveries } from './recovery'
import { describe, points, type Schedule, type Trouble } from './schedule'
import { countOpen, network, startWorld, type World } from './world'

export type ChaosOptions = {
  seed: number
  schedule: Schedule
  /** Duration of the faults, milliseconds. */
  forMs: number
  /** Workers that are killed afterwards, one point after the other. */
  kills: number
  workers: number
  /** Between two things that are asked for. */
  askEveryMs: number
  /** Milliseconds without any end after the last fault, after which the rest counts as lost. */
  calmMs: number
  /** Scratch. */
  dir: string
  say(line: string): void
}

export type ChaosReport = {
  verdict: Verdict
  money: MoneyVerdict
  attempts: number
  replacements: number
  kills: number
  /** How long a killed worker should hold up its work on an idle machine, milliseconds. It is printed and decides nothing. */
  recoveryMaxMs: number
  recoveriesMs: readonly number[]
  statuses: Record<string, number>
  audit: string
  isClean: boolean
}

/** One run: troubles by schedule, then kills, then calm, then the verdict. DATABASE_URL must name a migrated database. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, schedule, forMs, kills, say } = options
  const world = await startWorld(seed, options.dir)
  // Workers reach the database by a way that fails; what is asked, and the verdict, go straight.
  const database = await startPostgresProxy(process.env.DATABASE_URL ?? '')
  const fleet = await startFleet(options.workers, { DATABASE_URL: database.url })
  const recoveries = followRecoveries()
  const fromBlock = 0n
  let died = 0
  const note: Recoveries['note'] = (death) => {
    died++
    recoveries.note(death)
  }
  try {
    const stopAsking = world.askEvery(options.askEveryMs)
    const storm = playSchedule(schedule, {
      ...{ world, fleet, database, note, say },
      random: randomOf(`replies ${seed}`),
    })
    await sleep(forMs)
    await storm
    world.faulty.heal()
    await killInTurn(fleet, kills, note, say)
    await stopAsking()
    await world.topUp()
    await calmDown(world, options.calmMs, say)
    const recoveriesMs = await recoveries.settled(30_000)
    const run = { network, asked: world.asked, fromBlock, fundedWei: world.fundedWei }
    const verdict = await judge(world.anvil, run)
    const money = await world.money.judge()
    const recoveryMaxMs = leaseMs + 5_000
    const audit = await verifyAudit()
    return {
      ...{ verdict, money, ...(await countAttempts()), kills: died, recoveriesMs, recoveryMaxMs },
      ...{ statuses: await countStatuses(), audit },
      isClean: isClean(verdict) && isMoneyClean(money) && audit === 'verified' && verdict.asked > 0,
    }
  } finally {
    recoveries.stop()
    await fleet.stop()
    await database.stop()
    await world.stop()
  }
}

type Stage = {
  world: World
  fleet: Fleet
  database: PostgresProxy
  random: () => number
  note: Recoveries['note']
  say: ChaosOptions['say']
}

async function playSchedule(schedule: Schedule, stage: Stage): Promise<void> {
  const startedAtMs = performance.now()
  const under: Promise<void>[] = []
  for (const step of schedule) {
    await sleep(Math.max(0, step.atMs - (performance.now() - startedAtMs)))
    stage.say(describe(step))
    under.push(play(step.trouble, stage).catch((error: Error) => stage.say(`  ${error.message}`)))
  }
  await Promise.all(under)
}

async function play(trouble: Trouble, { world, fleet, database, random, note }: Stage): Promise<void> {
  const { faulty } = world
  switch (trouble.kind) {
    case 'provider': {
      const heal = faulty.provider(trouble.provider).break(trouble.rule)
      await sleep(trouble.forMs)
      return heal()
    }
    case 'lie': {
      const heal = faulty.provider(faulty.providers.length - 1).break({ fault: { kind: 'forged', what: trouble.what } })
      await sleep(trouble.forMs)
      return heal()
    }
    case 'lost-replies':
      database.loseReplies(() => random() < trouble.probability)
      await sleep(trouble.forMs)
      return database.loseReplies(undefined)
    case 'spike':
      return world.spike(trouble.factor)
    case 'drop':
      for (const { hash } of faulty.pool.transactions().slice(0, trouble.count)) await faulty.pool.evict(hash)
      return
    case 'reorg':
      return world.reorganise(trouble.depth)
    case 'sleep':
      return fleet.sleep(trouble.worker, trouble.forMs)
    case 'kill':
      return note(await (trouble.at === 'now' ? fleet.kill(trouble.worker) : fleet.dieAt(trouble.at, patienceMs)))
    case 'foreign':
      return world.useKey(trouble.signer)
    case 'top-up':
      return world.topUp()
  }
}

const patienceMs = 15_000
const lanes = 3

/** Kills workers at every point in turn, a few at a time, while others go on. */
async function killInTurn(
  fleet: Fleet,
  kills: number,
  note: Recoveries['note'],
  say: ChaosOptions['say'],
): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < kills) {
      const number = next++
      const point = points[number % points.length] ?? 'now'
      note(await (point === 'now' ? fleet.kill(number) : fleet.dieAt(point, patienceMs)))
      if (number % 25 === 24) say(`${number + 1} of ${kills} kills`)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** Waits until everything has ended, as long as something does: a slow machine may take its time. */
async function calmDown({ asked, money }: World, silentMaxMs: number, say: ChaosOptions['say']): Promise<void> {
  let changedAtMs = performance.now()
  let last = ''
  for (;;) {
    const [open, owing] = [await countOpen(asked), await money.countOpen()]
    if (open + owing === 0 || performance.now() - changedAtMs > silentMaxMs) return
    const now = `calm: ${open} of ${asked.length} calls have not ended, ${owing} of the money's`
    if (now !== last) {
      say(now)
      last = now
      changedAtMs = performance.now()
    }
    await sleep(500)
  }
}

async function countAttempts(): Promise<{ attempts: number; replacements: number }> {
  const [row] = await db.query<{ attempts: number; replacements: number }>(sql`
    SELECT count(*)::int AS attempts, count(*) FILTER (WHERE seq > 1)::int AS replacements FROM attempt`)
  return row ?? { attempts: 0, replacements: 0 }
}

async function countStatuses(): Promise<Record<string, number>> {
  const rows = await db.query<{ status: string; count: number }>(
    sql`SELECT status::text, count(*)::int AS count FROM transaction GROUP BY status ORDER BY status`,
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

/** The table that the run ends with, and what is wrong, in words. */
export function table({ verdict, money, attempts, replacements, kills, recoveriesMs, ...report }: ChaosReport): string {
  const { asked, landed, doubled, lost, wrong, gaps, unbalanced } = verdict
  const sorted = [...recoveriesMs].sort((one, other) => one - other)
  const seconds = (ms: number | undefined) => (ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`)
  const rows: [string, string | number][] = [
    ['intents', asked],
    ['landed', landed],
    ['doubled', doubled.length],
    ['lost', lost.length],
    ['wrong final states', wrong.length],
    ['attempts', attempts],
    ['replacements', replacements],
    [
      'ended as',
      Object.entries(report.statuses)
        .map(([status, count]) => `${count} ${status}`)
        .join(', '),
    ],
    ['kills', kills],
    ['kills that held something', sorted.length],
    ['recovery p50', seconds(sorted[Math.floor(sorted.length / 2)])],
    ['recovery max', `${seconds(sorted.at(-1))} (on an idle machine ${seconds(report.recoveryMaxMs)} at most)`],
    ['refunds owed', money.refunds],
    ['deliveries on channels', `${money.deliveries}, ${money.settledBase} base units settled`],
    ['money doubled', money.doubled.length],
    ['money lost', money.lost.length],
    ['delivered free', money.free.length],
    ['books equal the chain', money.unbalanced.length === 0 ? 'yes' : 'NO'],
    ['nonce lanes without a gap', gaps.length === 0 ? 'yes' : 'NO'],
    ['balances conserved', unbalanced.length === 0 ? 'yes' : 'NO'],
    ['audit log', report.audit],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const wrongs = [doubled, lost, wrong, gaps, unbalanced, money.doubled, money.lost, money.free, money.unbalanced]
  const trouble = wrongs.flat().map((line) => `✗ ${line}`)
  return [...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`), ...trouble].join('\n')
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
