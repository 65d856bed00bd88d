import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners, reportEndpoints } from '@/lib/execution'
import { countStatements } from '@/sandbox/count-statements'
import { evmNetwork } from '@/sandbox/evm'
import { tempoNetwork } from '@/sandbox/tempo'
import { startChainProxy, type ChainProxy } from '@/sandbox/testing/chain-proxy'
import { chains } from '@/sandbox/testing/chains'
import { insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { tasks, type TaskName } from '.'
import { runDue } from './run-due'

const { evm, tempo } = chains()
const statements = countStatements()
let proxies: ChainProxy[]

beforeAll(async () => {
  proxies = await Promise.all([evm, tempo].map(({ url }) => startChainProxy(url)))
  process.env.NETWORKS = JSON.stringify({
    [evmNetwork]: { rpcUrls: [proxies[0]?.url] },
    [tempoNetwork]: { rpcUrls: [proxies[1]?.url] },
  })
  await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
  await insertSeller()
})
afterAll(async () => {
  await endHeartbeat()
  for (const proxy of proxies) await proxy.stop()
})

const lookMs = 500
const watchMs = 15_000
const minuteMs = 60_000

/** As if the last run of every task had been this much earlier. */
const pass = (ms: number) =>
  db.execute(sql`UPDATE task_run SET started_at = started_at - make_interval(secs => ${ms / 1000})`)

it('sends few statements and RPC calls in a minute without a purchase', async () => {
  // Settles first: the tasks due at a start, and a checkpoint of what was recorded.
  for (let round = 0; round < 4; round++) {
    await Promise.all(await runDue())
    await pass(5_000)
  }
  // Nothing was recorded for a while, so the books are compared with the chain at the resting pace.
  const names = Object.keys(tasks) as TaskName[]
  await db.execute(
    sql`UPDATE task_run SET started_at = now() - interval '10 seconds' WHERE task = ANY(${names}::text[])`,
  )
  await db.execute(
    sql`UPDATE task_run SET started_at = now() + interval '1 hour' WHERE task IN ('reconcile', 'reconcile-channels')`,
  )
  for (const proxy of proxies) proxy.calls.length = 0
  statements.texts.length = 0
  const runs = new Map<string, number>()
  let passing = 0
  for (let ms = 0; ms < minuteMs; ms += lookMs) {
    if (ms % watchMs === 0) await reportEndpoints()
    for (const run of await runDue()) {
      const { task, error } = await run
      expect(error).toBeUndefined()
      runs.set(task, (runs.get(task) ?? 0) + 1)
    }
    await pass(lookMs)
    passing++
  }
  // No task with a condition ran, except those that read chains now and then.
  const asked = names.filter((name) => 'due' in tasks[name] && runs.has(name))
  expect(asked).toEqual(['watch-channels'])
  const own = statements.texts.filter((text) => !text.startsWith('INSERT INTO process')).length - passing
  expect(own).toBeLessThan(300)
  const calls = proxies.map((proxy) => proxy.calls.length)
  expect(Math.max(...calls)).toBeLessThanOrEqual(17)
})
