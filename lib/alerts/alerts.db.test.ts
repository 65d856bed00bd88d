import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { db, sql, withTransaction } from '@/lib/db'
import { ctx, insertTransaction, openMerchant } from '@/sandbox/testing/webhook-fixture'
import {
  checkAlerts,
  countOpenAlerts,
  createRule,
  listOpenAlerts,
  listResolvedAlerts,
  listRules,
  Rule,
  setRuleArchived,
  setRuleStatus,
} from '.'

let merchantId: string
let owner: Awaited<ReturnType<typeof openMerchant>>['owner']
beforeEach(async () => {
  await db.execute(sql`UPDATE alert_rule SET enabled = false`)
  await db.execute(sql`UPDATE alert SET resolved_at = now() WHERE resolved_at IS NULL`)
  ;({ merchantId, owner } = await openMerchant())
})

const system = { ...ctx, actor: { kind: 'system' as const, id: 'job:check-alerts' } }
const check = () => checkAlerts(system, 20_000)
const subjects = async (who = owner) => (await listOpenAlerts(who)).map(({ subject }) => subject)
const operator = () => ({ ...owner, operator: true })
/** The trail does not let itself be aged: what is to be old is written so. */
const tell = (type: 'held' | 'resumed' | 'reorged', transactionId: string, minutesAgo = 0) =>
  db.execute(sql`
    INSERT INTO audit_event (type, actor, transaction_id, data, at)
    VALUES (${`transaction.${type}`}, '{"kind":"system","id":"test"}', ${transactionId}::uuid, '{}',
      now() - make_interval(mins => ${minutesAgo}))`)
const set = (id: string, status: string, minutes: number, reason: string | null = null) =>
  db.execute(sql`
    UPDATE transaction SET status = ${status}::transaction_status, held_reason = ${reason},
      submitted_at = now() - make_interval(mins => ${minutes}) WHERE id = ${id}::uuid`)
const eventsOf = (id: string) =>
  db.query<{ type: string; data: Record<string, unknown> }>(sql`
    SELECT type, data FROM audit_event
    WHERE merchant_id = ${id}::uuid AND type IN ('alert.opened', 'alert.resolved') ORDER BY seq`)

it('is opened while another rule cannot be checked', async () => {
  await createRule(ctx, operator(), { kind: 'endpoint' })
  await createRule(ctx, owner, { kind: 'unknown', minutes: '5' })
  const late = await insertTransaction(merchantId)
  await set(late, 'submitted', 6)
  await withTransaction(async (tx) => {
    await tx.execute(sql`LOCK TABLE rpc_health IN ACCESS EXCLUSIVE MODE`)
    // It ends although the other rule never does.
    expect(await check()).toBe(1)
  })
  expect(await subjects()).toEqual([`transaction:${late}`])
})

describe('an alert', () => {
  it('about payouts is open for a day after a resource got addresses of its own', async () => {
    await createRule(ctx, owner, { kind: 'payouts' })
    const [own, following] = [randomUUID(), randomUUID()]
    for (const [id, isOwn] of [
      [own, true],
      [following, false],
    ] as const) {
      await db.execute(sql`
        INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, own_payouts)
        VALUES (${id}::uuid, ${merchantId}::uuid, 'GET', ${`/${id}`}, 'Weather', 'https://up.example/x', 1, ${isOwn})`)
      for (const changes of [{ name: {} }, { payouts: {} }])
        await db.execute(sql`
          INSERT INTO audit_event (type, actor, merchant_id, resource_id, data)
          VALUES ('resource.updated', '{"kind":"system","id":"test"}', ${merchantId}::uuid, ${id}::uuid,
            ${JSON.stringify({ changes })}::jsonb)`)
    }
    expect(await check()).toBe(1)
    expect(await subjects()).toEqual([expect.stringMatching(new RegExp(`^resource:${own}:\\d+$`))])
    await db.execute(sql`UPDATE resource SET own_payouts = false WHERE id = ${own}::uuid`)
    expect(await check()).toBe(1)
    expect(await subjects()).toEqual([])
  })

  it('about payouts is open while a change waits and for a day after it applied, for its merchant only', async () => {
    await createRule(ctx, owner, { kind: 'payouts' })
    const other = await openMerchant()
    await createRule(ctx, other.owner, { kind: 'payouts' })
    expect(await check()).toBe(0)
    const id = randomUUID()
    await db.execute(sql`
      INSERT INTO merchant_payout_change (id, merchant_id, change, requested_by, message, signature, applies_at)
      VALUES (${id}::uuid, ${merchantId}::uuid, '{}', '0xaa', '', '', now() + interval '1 hour')`)
    expect(await check()).toBe(1)
    const [waiting] = await listOpenAlerts(owner)
    expect(waiting).toMatchObject({
      subject: `payouts:${id}:waiting`,
      message: expect.stringContaining('signed by 0xaa'),
    })
    await db.execute(sql`UPDATE merchant_payout_change SET applied_at = now() WHERE id = ${id}::uuid`)
    expect(await check()).toBe(2)
    expect(await subjects()).toEqual([`payouts:${id}:applied`])
    expect(await subjects(other.owner)).toEqual([])
    await db.execute(
      sql`UPDATE merchant_payout_change SET applied_at = now() - interval '25 hours' WHERE id = ${id}::uuid`,
    )
    expect(await check()).toBe(1)
    // Cancelled: the addresses stay as they were.
    await db.execute(sql`UPDATE merchant_payout_change SET applied_at = NULL WHERE id = ${id}::uuid`)
    expect(await check()).toBe(1)
    await db.execute(sql`UPDATE merchant_payout_change SET cancelled_at = now() WHERE id = ${id}::uuid`)
    expect(await check()).toBe(1)
    expect(await subjects()).toEqual([])
  })

  it('is opened once per subject, recorded in the audit trail, and resolves automatically', async () => {
    const { id: ruleId } = await createRule(ctx, owner, { kind: 'unknown', minutes: '5' })
    const [late, fresh] = [await insertTransaction(merchantId), await insertTransaction(merchantId)]
    await set(late, 'submitted', 6)
    await set(fresh, 'submitted', 4)
    expect([await check(), await check()]).toEqual([1, 0])
    const [open] = await listOpenAlerts(owner)
    expect(open).toMatchObject({ kind: 'unknown', subject: `transaction:${late}`, resolvedAt: null })
    expect(await listRules(owner)).toMatchObject([{ open: 1, words: expect.stringContaining('after 5 min') }])
    await set(late, 'included', 6)
    expect(await check()).toBe(1)
    expect(await countOpenAlerts(owner)).toBe(0)
    expect((await listResolvedAlerts(owner, { size: 25 })).rows).toMatchObject([{ id: open?.id }])
    const data = { alertId: open?.id, ruleId, kind: 'unknown', endpointId: null, subject: open?.subject }
    expect(await eventsOf(merchantId)).toMatchObject([
      { type: 'alert.opened', data },
      { type: 'alert.resolved', data },
    ])
    // And opens anew when it is met again.
    await set(late, 'submitted', 6)
    expect(await check()).toBe(1)
  })

  it('is opened once by any number of checks at the same time', async () => {
    await createRule(ctx, owner, { kind: 'unknown', minutes: '5' })
    await set(await insertTransaction(merchantId), 'submitted', 6)
    await Promise.all(Array.from({ length: 5 }, check))
    expect(await eventsOf(merchantId)).toHaveLength(1)
  })

  it('of a rule that is switched off is resolved, and other merchants do not see it', async () => {
    const { id } = await createRule(ctx, owner, { kind: 'unknown', minutes: '5' })
    await set(await insertTransaction(merchantId), 'submitted', 6)
    await check()
    const other = (await openMerchant()).owner
    expect(await listOpenAlerts(other)).toEqual([])
    await expect(setRuleStatus(ctx, other, id, false)).rejects.toMatchObject({ code: 'not-found' })
    await expect(setRuleStatus(ctx, { ...owner, role: 'viewer' as 'owner' }, id, false)).rejects.toMatchObject({
      code: 'not-allowed',
    })
    await setRuleStatus(ctx, owner, id, false)
    expect([await check(), await countOpenAlerts(owner)]).toEqual([0, 0])
    await setRuleStatus(ctx, owner, id, true)
    expect(await check()).toBe(1)
  })
})

describe('a rule', () => {
  it('that is archived is off, resolves its alerts and leaves the list; restored, it stays off', async () => {
    const { id } = await createRule(ctx, owner, { kind: 'unknown', minutes: '5' })
    await set(await insertTransaction(merchantId), 'submitted', 6)
    await check()
    const other = (await openMerchant()).owner
    await expect(setRuleArchived(ctx, other, id, true)).rejects.toMatchObject({ code: 'not-found' })
    for (const isArchived of [true, true]) await setRuleArchived(ctx, owner, id, isArchived)
    expect([await check(), await countOpenAlerts(owner)]).toEqual([0, 0])
    expect([await listRules(owner), await listRules(owner, true)]).toMatchObject([[], [{ id, enabled: false }]])
    await expect(setRuleStatus(ctx, owner, id, true)).rejects.toMatchObject({ code: 'not-possible' })
    await setRuleArchived(ctx, owner, id, false)
    expect(await listRules(owner)).toMatchObject([{ id, enabled: false }])
    expect((await listResolvedAlerts(owner, { size: 25 })).rows).toHaveLength(1)
    expect((await eventsOf(merchantId)).map(({ type }) => type)).toEqual(['alert.opened', 'alert.resolved'])
  })

  it('about held transactions counts from the first hold, whatever reason follows', async () => {
    await createRule(ctx, owner, { kind: 'held', minutes: '10' })
    const id = await insertTransaction(merchantId)
    await tell('held', id, 11)
    await tell('held', id)
    await set(id, 'held', 0, 'needs 0.1 ETH more')
    await check()
    expect(await listOpenAlerts(owner)).toMatchObject([{ message: expect.stringContaining('needs 0.1 ETH more') }])
    await tell('resumed', id)
    await tell('held', id)
    await check()
    expect(await subjects()).toEqual([])
  })

  it('about reorganisations holds until the transaction is final again', async () => {
    await createRule(ctx, owner, { kind: 'reorg' })
    const [old, fresh] = [await insertTransaction(merchantId), await insertTransaction(merchantId)]
    await tell('reorged', old, 11)
    await tell('reorged', fresh)
    await set(old, 'included', 0)
    await set(fresh, 'final', 0)
    await check()
    expect((await subjects()).toSorted()).toEqual([`transaction:${old}`, `transaction:${fresh}`].toSorted())
    await set(old, 'final', 0)
    await check()
    expect(await subjects()).toEqual([`transaction:${fresh}`])
  })

  it('about webhooks finds endpoints that accept no delivery', async () => {
    await createRule(ctx, owner, { kind: 'webhook', minutes: '15' })
    const [failing, fine] = [randomUUID(), randomUUID()]
    for (const [id, minutes] of [
      [failing, 16],
      [fine, 14],
    ] as const)
      await db.execute(sql`
        INSERT INTO webhook_endpoint (id, merchant_id, url, sealed, last4, failing_since)
        VALUES (${id}::uuid, ${merchantId}::uuid, 'https://a.example/', ${Buffer.alloc(1)}, 'abcd',
          now() - make_interval(mins => ${minutes}))`)
    await check()
    expect(await subjects()).toEqual([`webhook:${failing}`])
  })

  it('about endpoints of a network uses the reports of all processes within a minute', async () => {
    await createRule(ctx, operator(), { kind: 'endpoint' })
    const see = (endpoint: string, state: string, secondsAgo: number) =>
      db.execute(sql`
        INSERT INTO rpc_health (network, endpoint, process_id, state, latency_ms, error_rate, calls, errors, refusals, last_error, at)
        VALUES ('eip155:84532', ${endpoint}, gen_random_uuid(), ${state}, 1, 1, 1, 1, 0, 'HTTP 500',
          now() - make_interval(secs => ${secondsAgo}))`)
    await Promise.all([see('a', 'open', 1), see('a', 'closed', 1), see('b', 'lying', 90), see('c', 'closed', 1)])
    await check()
    expect(await subjects(operator())).toEqual(['endpoint:eip155:84532:a'])
  })

  it('of an operator covers all transactions, of a merchant only its own', async () => {
    const other = await openMerchant()
    const id = await insertTransaction(other.merchantId)
    await set(id, 'submitted', 6)
    await createRule(ctx, owner, { kind: 'unknown', minutes: '5' })
    await check()
    expect(await subjects()).toEqual([])
    await createRule(ctx, operator(), { kind: 'unknown', minutes: '5' })
    await check()
    expect(await subjects()).toContain(`transaction:${id}`)
  })

  it('about gas keeps its open alerts while the balance cannot be read', async () => {
    const rule = { kind: 'gas', network: 'eip155:84532', below: '0.05' }
    const { id } = await createRule(ctx, operator(), rule)
    const address = '0x3333333333333333333333333333333333333333'
    const subject = `signer:eip155:84532:${address}`
    await db.execute(sql`
      INSERT INTO signer (network, address, purpose, next_nonce) VALUES ('eip155:84532', ${address}, 'execution', 0)`)
    await db.execute(
      sql`INSERT INTO alert (id, rule_id, subject, message) VALUES (gen_random_uuid(), ${id}::uuid, ${subject}, 'low')`,
    )
    expect(await check()).toBe(0)
    expect(await subjects(operator())).toEqual([subject])
    expect(await listRules(owner)).toMatchObject([{ words: 'A signer holds less than 0.05 ETH on Base Sepolia' }])
  })

  it.each([
    [{ kind: 'nonsense' }, 'kind'],
    [{ kind: 'unknown', minutes: '0' }, 'minutes'],
    [{ kind: 'held', minutes: '1.5' }, 'minutes'],
    [{ kind: 'gas', network: 'eip155:1', below: '1' }, 'network'],
    [{ kind: 'gas', network: 'eip155:84532', below: '0' }, 'below'],
    [{ kind: 'gas', network: 'eip155:84532', below: '1e3' }, 'below'],
    [{ kind: 'reorg', endpointId: randomUUID() }, 'endpointId'],
  ])('%j is refused by its field', async (input, field) => {
    await expect(createRule(ctx, operator(), input)).rejects.toMatchObject({ fields: [{ field }] })
  })

  it('about the installation is for operators', async () => {
    expect(Rule.kindsFor(owner)).toEqual(['unknown', 'held', 'reorg', 'webhook', 'payouts', 'fraud'])
    await expect(createRule(ctx, owner, { kind: 'endpoint' })).rejects.toMatchObject({ fields: [{ field: 'kind' }] })
  })
})

describe('a booking that a reorganisation reversed', () => {
  const insertPayment = async (settlement: string) => {
    const [id, resourceId] = [randomUUID(), randomUUID()]
    await db.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
      VALUES (${resourceId}::uuid, ${merchantId}::uuid, 'GET', ${`/${id}`}, 'X', 'https://up.example/x', 10000)`)
    await db.execute(sql`
      INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base,
        claim_key, fingerprint, request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument)
      VALUES (${id}::uuid, ${merchantId}::uuid, ${resourceId}::uuid, 'x402', 'exact', 'x402 v2', 'eip155:84532', '0xa', '0xb', '0xc', 1,
        ${id}, '\\x00', '{}', 'q', now(), 'after', 'delivered', ${settlement}::settlement_status, '{}', '{}', '{}')`)
    await db.execute(sql`
      INSERT INTO audit_event (type, actor, payment_id, merchant_id, data, at)
      VALUES ('payment.reorged', '{"kind":"system","id":"test"}', ${id}::uuid, ${merchantId}::uuid, '{}', now() - interval '1 hour')`)
    return id
  }

  it('has an alert until it is booked again; the alert stays if it failed for good', async () => {
    await createRule(ctx, owner, { kind: 'reorg' })
    const [open, failed, again] = [
      await insertPayment('pending'),
      await insertPayment('failed'),
      await insertPayment('settled'),
    ]
    await check()
    expect((await subjects()).sort()).toEqual([`payment:${open}`, `payment:${failed}`].sort())
    expect(await subjects()).not.toContain(`payment:${again}`)
    const messages = (await listOpenAlerts(owner)).map(({ message }) => message)
    expect(messages).toContainEqual(expect.stringContaining(`Payment ${failed}`) as string)
    await db.execute(sql`UPDATE payment SET settlement = 'settled' WHERE id = ${open}::uuid`)
    await check()
    expect(await subjects()).toEqual([`payment:${failed}`])
  })
})
