import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Budget, listBudgets, removeBudget, setBudget, spendBudget, giveBackBudget } from '@/lib/payers'
import { db, sql } from '@/lib/db'
import { createCtx } from '@/lib/ctx'
import { accept, ctx, insertSeller, offer, price } from '@/sandbox/testing/payment-fixture'
import { acceptPayment, voidPayments } from '.'

beforeAll(insertSeller)

const dollars = (count: bigint) => `0.${String(count).padStart(2, '0')}`
const newPayer = () => `0x${randomBytes(20).toString('hex')}`

/** A wallet whose budget of a day is so many times the price. */
async function budgeted(perDay: bigint, change: Partial<Budget.BudgetInput> = {}): Promise<string> {
  const payer = newPayer()
  const owner = createCtx({ kind: 'agent', id: payer })
  await setBudget(owner, [payer], { resourceId: '', perCall: '', perDay: dollars(perDay), ...change })
  return payer
}

const many = (count: number, payer: string) =>
  Promise.allSettled(Array.from({ length: count }, () => acceptPayment(ctx, offer({}, payer))))
const codesOf = (outcomes: PromiseSettledResult<unknown>[]) =>
  outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []))
const usedBy = async (payer: string) => (await listBudgets([payer])).map(({ usedMicros }) => BigInt(usedMicros))

describe('a budget of a day', () => {
  it('lets exactly its cap through, of twenty payments at one moment, and keeps nothing of the others', async () => {
    const payer = await budgeted(3n)
    const codes = codesOf(await many(20, payer))
    expect(codes).toEqual(Array.from({ length: 17 }, () => 'budget-exceeded'))
    const [{ count, reserved } = { count: 0n, reserved: 0n }] = await db.query<{ count: bigint; reserved: bigint }>(sql`
      SELECT (SELECT count(*) FROM payment WHERE payer = ${payer}) AS count,
        (SELECT sum(reserved_base) FROM exposure WHERE payer = ${payer}) AS reserved`)
    expect([count, reserved, await usedBy(payer)]).toEqual([3n, 3n * price, [3n * price]])
  })

  it('says how much is left after each payment, and which cap refuses the next', async () => {
    const payer = await budgeted(2n)
    expect(await acceptPayment(ctx, offer({}, payer))).toMatchObject({ kind: 'accepted', budgetLeftMicros: price })
    expect(await acceptPayment(ctx, offer({}, payer))).toMatchObject({ kind: 'accepted', budgetLeftMicros: 0n })
    await expect(acceptPayment(ctx, offer({}, payer))).rejects.toMatchObject({
      code: 'budget-exceeded',
      status: 403,
      message: expect.stringMatching(/at most \$0\.02 a day \(UTC\), of which \$0(\.00)? is left.*costs \$0\.01.*\/me/),
      extra: { payer, cap: 'day', scope: 'all', limit: '0.02', left: '0', price: '0.01' },
    })
  })

  it('takes one credential once, however often it is sent', async () => {
    const payer = await budgeted(2n)
    const input = offer({}, payer)
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => acceptPayment(ctx, input)))
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(1)
    expect(await usedBy(payer)).toEqual([price])
  })

  it('gets back what was not charged, before it refuses', async () => {
    const payer = await budgeted(1n)
    const payment = await accept(offer({}, payer))
    await expect(acceptPayment(ctx, offer({}, payer))).rejects.toMatchObject({ code: 'budget-exceeded' })
    await voidPayments(ctx, [payment.id], 'the upstream failed')
    const next = await accept(offer({}, payer))
    expect(await usedBy(payer)).toEqual([price])
    await voidPayments(ctx, [next.id], 'the upstream failed')
    expect(await usedBy(payer)).toEqual([0n])
  })

  it('starts anew at midnight UTC', async () => {
    const payer = await budgeted(1n)
    await accept(offer({}, payer))
    await expect(acceptPayment(ctx, offer({}, payer))).rejects.toMatchObject({ code: 'budget-exceeded' })
    // What was used is yesterday's.
    await db.execute(sql`
      UPDATE wallet_budget_use SET day = day - 1 WHERE budget_id IN (SELECT id FROM wallet_budget WHERE wallet = ${payer})`)
    expect((await acceptPayment(ctx, offer({}, payer))).kind).toBe('accepted')
  })

  it('counts vouchers and payments together, at one moment too', async () => {
    const payer = await budgeted(4n)
    const { resourceId } = offer()
    const spend = () => spendBudget({ payer, resourceId, micros: price })
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 10 }, spend),
      ...Array.from({ length: 10 }, () => acceptPayment(ctx, offer({}, payer))),
    ])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    expect(await usedBy(payer)).toEqual([4n * price])
    await giveBackBudget({ payer, resourceId, micros: price })
    await spend()
    await expect(spend()).rejects.toMatchObject({ code: 'budget-exceeded' })
  })
})

describe('budgets', () => {
  it('of one call refuse what is dearer, and let the exact price through', async () => {
    const payer = await budgeted(0n, { perDay: '', perCall: '0.01' })
    expect((await acceptPayment(ctx, offer({}, payer))).kind).toBe('accepted')
    await budgetOf(payer, { perCall: '0.009999' })
    await expect(acceptPayment(ctx, offer({}, payer))).rejects.toMatchObject({
      extra: { cap: 'call', limit: '0.009999' },
    })
  })

  it('of a resource and of everything hold together: neither takes anything if one refuses', async () => {
    const payer = await budgeted(5n)
    const { resourceId } = offer()
    await budgetOf(payer, { resourceId: resourceId ?? '', perDay: '0.01' })
    await accept(offer({}, payer))
    await expect(acceptPayment(ctx, offer({}, payer))).rejects.toMatchObject({
      extra: { scope: 'resource', left: '0' },
    })
    expect(await usedBy(payer)).toEqual([price, price])
  })

  it('of another wallet or another resource do not count, and a removed one neither', async () => {
    const [payer, other] = [await budgeted(1n), await budgeted(1n)]
    await accept(offer({}, payer))
    expect((await acceptPayment(ctx, offer({}, other))).kind).toBe('accepted')
    const [budget] = await listBudgets([payer])
    const owner = createCtx({ kind: 'agent', id: payer })
    await expect(removeBudget(owner, [other], budget!.id)).rejects.toMatchObject({ code: 'not-found' })
    await removeBudget(owner, [payer], budget!.id)
    expect(await acceptPayment(ctx, offer({}, payer))).toMatchObject({ kind: 'accepted', budgetLeftMicros: null })
    const events = await db.query<{ type: string }>(
      sql`SELECT type FROM audit_event WHERE data->>'wallet' = ${payer} ORDER BY seq`,
    )
    expect(events.map(({ type }) => type)).toEqual(['budget.set', 'budget.removed'])
  })

  it.each([
    [{ perCall: '', perDay: '' }, 'perDay'],
    [{ perCall: 'x', perDay: '' }, 'perCall'],
    [{ perCall: '', perDay: '-1' }, 'perDay'],
    [{ resourceId: '00000000-0000-4000-8000-000000000000', perCall: '', perDay: '1' }, 'resourceId'],
    [{ resourceId: 'x', perCall: '', perDay: '1' }, 'resourceId'],
  ])('%j is refused at %s', async (input, field) => {
    const set = setBudget(ctx, [newPayer()], { resourceId: '', ...input })
    await expect(set).rejects.toMatchObject({ code: 'bad-input', fields: [{ field }] })
  })
})

function budgetOf(payer: string, change: Partial<Budget.BudgetInput>): Promise<void> {
  return setBudget(createCtx({ kind: 'agent', id: payer }), [payer], {
    resourceId: '',
    perCall: '',
    perDay: '',
    ...change,
  })
}
