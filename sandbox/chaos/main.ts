import { randomInt } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { generatePrivateKey } from 'viem/accounts'
import { closeDb } from '@/lib/db'
import { migrate } from '../migrate'
import { removePostgres, startPostgres } from '../postgres'
import { step } from '../progress'
import { runChaos, table } from './run'
import { draw, drop } from './schedule'
import { providers, signers } from './world'

const usage = `usage: npm run chaos -- [--minutes N] [--seed S] [--kills K] [--drop 3,17,…]

  --minutes N   how long troubles go on by a random schedule (default 1; 0 with --kills alone)
  --seed S      what is random depends on it (default: a new one, which is printed)
  --kills K     workers killed afterwards at every named point in turn (default 0)
  --drop 3,17   leaves these steps of the schedule out: how a failure is narrowed down`

const workers = 2
const project = path.resolve(import.meta.dirname, '..', '..')

/** The settings that lib/env requires; none of the addresses leads anywhere. */
function setEnvironment(databaseUrl: string): void {
  Object.assign(process.env, {
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: 'http://chaos.test',
    CHALLENGE_SECRET: 'chaos',
    ENCRYPTION_SECRET: 'chaos',
    CRON_SECRET: 'chaos',
    AUDIT_PRIVATE_KEY: generatePrivateKey().slice(2),
    SETTLEMENT_PRIVATE_KEY: generatePrivateKey(),
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    SLUICE_DEMO: '1',
  })
}

function readOptions(): { minutes: number; seed: number; kills: number; dropped: number[] } {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      kills: { type: 'string' },
      drop: { type: 'string' },
    },
  })
  const kills = Number(values.kills ?? 0)
  const minutes = Number(values.minutes ?? (kills > 0 ? 0 : 1))
  const seed = Number(values.seed ?? randomInt(2 ** 31))
  const dropped = (values.drop ?? '').split(',').filter(Boolean).map(Number)
  if (![kills, seed, ...dropped].every(Number.isSafeInteger) || !(minutes >= 0)) throw new Error(usage)
  return { minutes, seed, kills, dropped }
}

async function main(): Promise<boolean> {
  const { minutes, seed, kills, dropped } = readOptions()
  console.log(`chaos with seed ${seed}`)
  const dir = await mkdtemp(path.join(tmpdir(), 'sluice-chaos-'))
  // PostgreSQL may run as another user, who has to pass through here.
  await chmod(dir, 0o755)
  const dataDir = path.join(dir, 'postgres')
  const postgres = await step('PostgreSQL', () => startPostgres({ dataDir }))
  try {
    await step('schema', () => migrate(project, postgres.url).then(() => undefined))
    setEnvironment(postgres.url)
    const forMs = minutes * 60_000
    // Some die in the storm, the others after it.
    const bounds = { seed, forMs, providers, workers, signers, kills: Math.floor(forMs / 10_000) }
    const report = await runChaos({
      ...{ seed, forMs, kills, workers, dir },
      schedule: drop(draw(bounds), dropped),
      askEveryMs: 250,
      calmMs: 180_000,
      say: (line) => console.log(line),
    })
    console.log(`\n${table(report)}\n\n${report.isClean ? 'nothing is wrong' : 'SOMETHING IS WRONG'} · seed ${seed}`)
    return report.isClean
  } finally {
    await closeDb()
    await postgres.stop()
    removePostgres(dataDir)
    await rm(dir, { recursive: true, force: true })
  }
}

// Ends the workers, too, those that were stopped included.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

main().then(
  (isFine) => process.exit(isFine ? 0 : 1),
  (error: Error) => {
    console.error(error.stack ?? error.message)
    process.exit(1)
  },
)
