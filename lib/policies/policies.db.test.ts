import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import {
  archivePolicy,
  createPolicy,
  findPolicy,
  listPolicies,
  listUsage,
  listVersions,
  ExecutionPolicyDraft,
  reserveBudget,
  settleHolds,
  updatePolicy,
  type ExecutionPolicy,
  type BudgetReservation,
} from '.'

const merchantId = '11111111-1111-4111-8111-111111111111'
const owner: MemberScope.MemberScope = { address: '0xaa', merchantId, operator: false, role: 'owner' }
const ctx = createCtx({ kind: 'member', id: owner.address })
const network = 'eip155:84532'

const input: ExecutionPolicyDraft.ExecutionPolicyInput = {
  name: 'Bot',
  contracts: [{ network, address: `0x${'ab'.repeat(20)}`, label: 'Counter', selectors: '*' }],
  maxValue: '1',
  maxFee: '0.01',
  policy: { value: '100 wei', fee: '1', transactions: '1000' },
  key: { value: '60 wei', fee: '1', transactions: '1000' },
  agent: { value: '', fee: '', transactions: '' },
  urgencies: ['standard'],
  submissions: ['public'],
  finality: 'included',
  refund: 'never',
}
const { rules } = ExecutionPolicyDraft.parse(input)

beforeAll(async () => {
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
})

describe('the caps of a day', () => {
  let policy: Pick<ExecutionPolicy.ExecutionPolicy, 'id' | 'rules'>
  const [keyA, keyB] = [randomUUID(), randomUUID()]

  beforeEach(() => {
    policy = { id: randomUUID(), rules }
  })

  const hold = (valueWei: bigint, feeWei = 1n) => ({ transactionId: randomUUID(), valueWei, feeWei })
  const reserve = (id: string, holds: BudgetReservation['holds'], of: ExecutionPolicy.PolicyRules = rules) =>
    withTransaction((tx) =>
      reserveBudget(tx, { policy: { ...policy, rules: of }, asker: { kind: 'key', id }, network, holds }),
    )
  const used = async () =>
    Object.fromEntries(
      (await listUsage(policy.id)).map((row) => [row.subject, [row.valueWei, row.feeWei, row.transactions]]),
    )

  it('are never exceeded by 200 parallel requests, and are used to the last wei', async () => {
    // On a slow machine some wait for a connection until they are refused; they retry, as clients do.
    const insist = async (id: string): Promise<unknown> => {
      try {
        return await reserve(id, [hold(7n)])
      } catch (error) {
        if ((error as { code: string }).code !== 'unavailable') throw error
        return insist(id)
      }
    }
    const requests = Array.from({ length: 200 }, (_, index) => insist(index % 2 === 0 ? keyA : keyB))
    const ends = await Promise.allSettled(requests)
    const accepted = ends.filter(({ status }) => status === 'fulfilled')
    const codes = new Set(
      ends.flatMap((end) => (end.status === 'rejected' ? [(end.reason as { code: string }).code] : [])),
    )
    expect(codes).toEqual(new Set(['cap-exceeded']))
    // 14 × 7 = 98 of 100; each key has at most 8 × 7 = 56 of 60.
    expect(accepted).toHaveLength(14)
    const usage = await used()
    expect(usage.policy).toEqual(['98', '14', 14])
    const [sum] = await db.query<{ value: bigint; count: bigint }>(sql`
      SELECT sum(value_wei) AS value, count(*) AS count FROM budget_hold WHERE policy_id = ${policy.id}::uuid`)
    expect(sum).toEqual({ value: 98n, count: 14n })
    for (const id of [keyA, keyB]) expect(BigInt(usage[`key:${id}`]?.[0] ?? 0)).toBeLessThanOrEqual(60n)
    await reserve(keyA, [hold(2n)]).catch(() => reserve(keyB, [hold(2n)]))
    expect((await used()).policy?.[0]).toBe('100')
  })

  it('refuse a whole reservation, and name the cap', async () => {
    await reserve(keyA, [hold(30n)])
    await expect(reserve(keyA, [hold(20n), hold(11n)])).rejects.toMatchObject({
      code: 'cap-exceeded',
      extra: { rules: expect.arrayContaining([expect.objectContaining({ rule: 'day-value', ok: false })]) },
    })
    expect((await used()).policy).toEqual(['30', '1', 1])
    await expect(reserve(keyB, [hold(61n)])).rejects.toMatchObject({ code: 'cap-exceeded' })
    await expect(reserve(keyB, [hold(1n, 10n ** 18n)])).rejects.toMatchObject({ code: 'cap-exceeded' })
    const few: ExecutionPolicy.PolicyRules = {
      ...rules,
      perDay: { ...rules.perDay, key: null, policy: { ...rules.perDay.policy, transactions: 2 } },
    }
    await expect(reserve(keyB, [hold(1n), hold(1n)], few)).rejects.toMatchObject({ code: 'cap-exceeded' })
  })

  it('get the unused part back, once, also during other reservations', async () => {
    const [landed, reverted, never] = [hold(10n, 100n), hold(10n, 100n), hold(10n, 100n)]
    await reserve(keyA, [landed, reverted, never])
    const spent = [
      { transactionId: landed.transactionId, valueWei: 10n, feeWei: 40n, counts: true },
      { transactionId: reverted.transactionId, valueWei: 0n, feeWei: 30n, counts: true },
      { transactionId: never.transactionId, valueWei: 0n, feeWei: 0n, counts: false },
    ]
    const settle = () => withTransaction((tx) => settleHolds(tx, spent))
    const others = Array.from({ length: 20 }, () => reserve(keyB, [hold(1n)]))
    const settled = await Promise.all([settle(), settle(), settle()])
    await Promise.all(others)
    expect(settled.flat().toSorted()).toEqual(spent.map(({ transactionId }) => transactionId).toSorted())
    const usage = await used()
    expect(usage[`key:${keyA}`]).toEqual(['10', '70', 2])
    expect(usage.policy).toEqual(['30', '90', 22])
  })
})

describe('a policy', () => {
  const events = async () =>
    (await db.query<{ type: string }>(sql`SELECT type FROM audit_event ORDER BY seq`)).map(({ type }) => type)

  it('gets a new version with every real change, and has a unique name', async () => {
    const { id } = await createPolicy(ctx, owner, input)
    await updatePolicy(ctx, owner, id, 1, input)
    expect((await findPolicy(owner, id))?.version).toBe(1)
    await updatePolicy(ctx, owner, id, 1, { ...input, maxValue: '2' })
    const found = await findPolicy(owner, id)
    expect(found).toMatchObject({ version: 2, rules: { maxValueWei: 2n * 10n ** 18n }, archivedAt: null })
    await expect(updatePolicy(ctx, owner, id, 1, { ...input, maxValue: '3' })).rejects.toMatchObject({
      code: 'stale-state',
    })
    await expect(createPolicy(ctx, owner, input)).rejects.toMatchObject({ fields: [{ field: 'name' }] })
    const other = await createPolicy(ctx, owner, { ...input, name: 'Other' })
    await expect(updatePolicy(ctx, owner, other.id, 1, input)).rejects.toMatchObject({ fields: [{ field: 'name' }] })
    const [event] = await db.query<{ data: unknown }>(
      sql`SELECT data FROM audit_event WHERE type = 'execution_policy.updated'`,
    )
    const change = { from: (10n ** 18n).toString(), to: (2n * 10n ** 18n).toString() }
    expect(event?.data).toMatchObject({ policyId: id, version: 2, changes: { maxValueWei: change } })
    const versions = await listVersions(owner, id)
    expect(versions.map(({ version, by }) => [version, by])).toEqual([
      [2, owner.address],
      [1, owner.address],
    ])
    expect(versions[0]?.changes).toEqual({ maxValueWei: change })
    expect(await listVersions({ ...owner, merchantId: randomUUID() }, id)).toEqual([])
  })

  it('can be edited and archived only by owners of its merchant', async () => {
    const { id } = await createPolicy(ctx, owner, { ...input, name: 'Mine' })
    const viewer: MemberScope.MemberScope = { ...owner, role: 'viewer' }
    const stranger: MemberScope.MemberScope = { ...owner, merchantId: randomUUID() }
    await expect(createPolicy(ctx, viewer, input)).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(archivePolicy(ctx, viewer, id)).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(updatePolicy(ctx, stranger, id, 1, input)).rejects.toMatchObject({ code: 'not-found' })
    expect(await findPolicy(stranger, id)).toBeUndefined()
    expect(await listPolicies(stranger)).toEqual([])
    await archivePolicy(ctx, owner, id)
    await archivePolicy(ctx, owner, id)
    expect((await findPolicy(owner, id))?.archivedAt).not.toBeNull()
    expect((await events()).filter((type) => type === 'execution_policy.archived')).toHaveLength(1)
  })
})
