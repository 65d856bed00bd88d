import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { findSettlementTerms } from './find-settlement-terms'
import { listSettlementTerms } from './list-settlement-terms'
import { closeSettlementTermsCache } from './close-settlement-terms-cache'
import { loadSettlementTerms } from './load-settlement-terms'
import { defaults } from './SettlementTerms'
import * as SettlementTermsDraft from './SettlementTermsDraft'
import { updateSettlementTerms } from './update-settlement-terms'

const network = 'eip155:1337'
const merchantId = randomUUID()
const owner = { address: `0x${'a'.repeat(40)}`, merchantId, operator: false, role: 'owner' as const }
const ctx = createCtx({ kind: 'member', id: owner.address })
const typed = SettlementTermsDraft.from(defaults)
const key = { merchantId, network } as const

beforeAll(async () => {
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`)
})
afterAll(closeSettlementTermsCache)

const events = () =>
  db.query<{ data: { revision: number; changes: object } }>(
    sql`SELECT data FROM audit_event WHERE type = 'policy.updated' AND merchant_id = ${merchantId}::uuid ORDER BY seq`,
  )

describe('a policy', () => {
  it('is the defaults until its first edit, and an edit without a change writes nothing', async () => {
    expect(await findSettlementTerms(merchantId, network)).toEqual({ merchantId, network, revision: 0, ...defaults })
    await updateSettlementTerms(ctx, owner, key, 0, typed)
    expect(await listSettlementTerms([merchantId])).toEqual([])
    expect(await events()).toEqual([])
  })

  it('is stored with its event, and reaches every process at once', async () => {
    expect(await loadSettlementTerms(merchantId, network)).toEqual(defaults)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await updateSettlementTerms(ctx, owner, key, 0, { ...typed, interval: '15 min', payerMax: '250' })
    expect(await findSettlementTerms(merchantId, network)).toMatchObject({
      revision: 1,
      schedule: { ...defaults.schedule, intervalMs: 900_000 },
      limits: { ...defaults.limits, payerMaxMicros: 250_000_000n },
    })
    expect((await events())[0]?.data).toEqual({
      network,
      revision: 1,
      changes: { intervalMs: { from: 3_600_000, to: 900_000 }, payerMaxMicros: { from: null, to: '250000000' } },
    })
    await expect.poll(async () => (await loadSettlementTerms(merchantId, network)).schedule.intervalMs).toBe(900_000)
    expect((await listSettlementTerms([merchantId])).map((policy) => policy.revision)).toEqual([1])
  })

  it('lets one of several editors win', async () => {
    const edit = (amount: string) => updateSettlementTerms(ctx, owner, key, 1, { ...typed, amount })
    const ends = await Promise.allSettled(['2', '3', '4'].map(edit))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'stale-state' })
    const other = { ...key, merchantId: randomUUID() }
    const first = (amount: string) =>
      updateSettlementTerms(ctx, { ...owner, merchantId: other.merchantId }, other, 0, { ...typed, amount })
    const firsts = await Promise.allSettled(['2', '3', '4'].map(first))
    expect(firsts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await events()).length).toBe(2)
  })

  it('belongs to its merchant, viewers change nothing, and only networks with channels have one', async () => {
    const edit = (
      scope: Parameters<typeof updateSettlementTerms>[1],
      on: typeof key | { merchantId: string; network: 'eip155:1' },
    ) => updateSettlementTerms(ctx, scope, on, 2, { ...typed, amount: '9' })
    await expect(edit({ ...owner, merchantId: randomUUID() }, key)).rejects.toMatchObject({ code: 'not-found' })
    await expect(edit({ ...owner, role: 'viewer' }, key)).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(edit(owner, { merchantId, network: 'eip155:1' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(updateSettlementTerms(ctx, owner, key, 2, { ...typed, amount: 'much' })).rejects.toMatchObject({
      code: 'bad-input',
      fields: [{ field: 'amount' }],
    })
    expect((await findSettlementTerms(merchantId, network)).revision).toBe(2)
  })
})
