import { randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { ApiKey, createApiKey, findApiKey, listApiKeys, revokeApiKey, rotateApiKey, type MemberScope } from '.'

const merchantId = '11111111-1111-4111-8111-111111111111'
const otherId = '22222222-2222-4222-8222-222222222222'
const policyId = '33333333-3333-4333-8333-333333333333'
const owner: MemberScope.MemberScope = { address: '0xaa', merchantId, operator: false, role: 'owner' }
const ctx = createCtx({ kind: 'member', id: owner.address })

const bearer = (key: string) => new Headers({ authorization: `Bearer ${key}` })
const reading = { name: 'watcher', scopes: ['transactions:read'] }

beforeAll(async () => {
  await db.execute(sql`
    INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme'), (${otherId}::uuid, 'other', 'Other')`)
  await db.execute(sql`
    INSERT INTO execution_policy (id, merchant_id, name, rules) VALUES (${policyId}::uuid, ${merchantId}::uuid, 'Bot', '{}')`)
})

describe('an API key', () => {
  it('is shown once, stored as a hash, found by its request and told in the trail', async () => {
    const input = { name: 'bot', scopes: ['transactions:write', 'transactions:read'], policyId, expiresInDays: 7 }
    const { id, key } = await createApiKey(ctx, owner, input)
    expect(key).toMatch(/^sk_[0-9a-f]{8}_[0-9a-f]{64}$/)
    const scopes = ['transactions:read', 'transactions:write']
    const found = await findApiKey(bearer(key), 'transactions:write')
    expect(found).toEqual({ id, merchantId, operator: false, name: 'bot', scopes, policyId })
    const [row] = await db.query<{ whole: string }>(sql`SELECT api_key::text AS whole FROM api_key`)
    expect(row?.whole).not.toContain(key.slice(-64))
    const [listed] = await listApiKeys(owner)
    expect(listed).toMatchObject({ id, prefix: key.slice(0, 11), state: 'active', createdBy: '0xaa' })
    expect(listed?.lastUsedAt).not.toBeNull()
    const events = await db.query<{ type: string; text: string }>(
      sql`SELECT type, data::text AS text FROM audit_event WHERE type LIKE 'api_key.%'`,
    )
    expect(events).toHaveLength(1)
    expect(events[0]?.text).not.toContain(key.slice(-64))
  })

  it('is refused with 401 when it is missing, malformed, unknown, expired or revoked', async () => {
    const { id, key } = await createApiKey(ctx, owner, { ...reading, expiresInDays: 1 })
    const unknown = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`
    for (const headers of [new Headers(), bearer('sk_1'), bearer(unknown), new Headers({ authorization: key })])
      await expect(findApiKey(headers, 'transactions:read')).rejects.toMatchObject({
        code: 'not-signed-in',
        headers: { 'WWW-Authenticate': expect.stringMatching(/^Bearer/) },
      })
    await db.execute(sql`UPDATE api_key SET expires_at = now() WHERE id = ${id}::uuid`)
    await expect(findApiKey(bearer(key), 'transactions:read')).rejects.toThrow(/expired/)
    await db.execute(sql`UPDATE api_key SET expires_at = NULL WHERE id = ${id}::uuid`)
    await revokeApiKey(ctx, owner, id)
    await revokeApiKey(ctx, owner, id)
    await expect(findApiKey(bearer(key), 'transactions:read')).rejects.toThrow(/revoked/)
    const events = await db.query(sql`SELECT 1 FROM audit_event WHERE type = 'api_key.revoked'`)
    expect(events).toHaveLength(1)
  })

  it('that was good is taken at once beside a flood of wrong ones, which are slowed', async () => {
    const { key } = await createApiKey(ctx, owner, reading)
    await findApiKey(bearer(key), 'transactions:read')
    const wrong = () => `${key.slice(0, 12)}${randomBytes(32).toString('hex')}`
    const answers = await Promise.all(
      Array.from({ length: 300 }, () =>
        findApiKey(bearer(wrong()), 'transactions:read').catch((error: AppError) => error),
      ),
    )
    const slowed = answers.filter((answer) => answer instanceof AppError && answer.status === 429) as AppError[]
    expect(slowed.length).toBeGreaterThan(100)
    expect(slowed[0]?.headers['Retry-After']).toMatch(/^[1-9]$/)
    expect(answers.every((answer) => answer instanceof AppError && [401, 429].includes(answer.status))).toBe(true)
    const honest = await Promise.all(Array.from({ length: 300 }, () => findApiKey(bearer(key), 'transactions:read')))
    expect(honest).toHaveLength(300)
  })

  it('lacking a scope is refused with 403, which names it', async () => {
    const { key } = await createApiKey(ctx, owner, reading)
    await expect(findApiKey(bearer(key), 'audit:read')).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('audit:read'),
      extra: { missingScope: 'audit:read' },
    })
  })

  it('does nothing that its maker may not do', async () => {
    const developer: MemberScope.MemberScope = { ...owner, role: 'developer' }
    const refunding = { name: 'refunds', scopes: ['refunds:write'] }
    await expect(createApiKey(ctx, developer, refunding)).rejects.toMatchObject({ code: 'not-allowed' })
    await createApiKey(ctx, developer, { name: 'bot', scopes: ['transactions:write'], policyId })
    await createApiKey(ctx, owner, refunding)
  })

  it('is made and revoked by owners only, and writes under a policy of its merchant only', async () => {
    await expect(createApiKey(ctx, { ...owner, role: 'viewer' }, reading)).rejects.toMatchObject({
      code: 'not-allowed',
    })
    const writing = { ...reading, scopes: ['transactions:write'] }
    await expect(createApiKey(ctx, owner, writing)).rejects.toMatchObject({ fields: [{ field: 'policyId' }] })
    const foreign = { ...owner, merchantId: otherId }
    await expect(createApiKey(ctx, foreign, { ...writing, policyId })).rejects.toMatchObject({
      fields: [{ field: 'policyId' }],
    })
    const { id } = await createApiKey(ctx, owner, reading)
    await expect(revokeApiKey(ctx, foreign, id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(revokeApiKey(ctx, { ...owner, role: 'viewer' }, id)).rejects.toMatchObject({ code: 'not-allowed' })
    expect(await listApiKeys(foreign)).toEqual([])
  })
})

describe('a rotation', () => {
  const find = (key: string) => findApiKey(bearer(key), 'transactions:read')
  const end = (id: string) => db.execute(sql`UPDATE api_key SET previous_until = now() WHERE id = ${id}::uuid`)
  const listed = async (id: string) => (await listApiKeys(owner)).find((row) => row.id === id)

  // A flood of wrong keys above has used up what all unknown keys together may ask.
  beforeEach(() => {
    delete (globalThis as { sluiceBuckets?: unknown }).sluiceBuckets
  })

  it('keeps the key and its scopes: both secrets work until the overlap ends, and each tells its own last use', async () => {
    const { id, key: old } = await createApiKey(ctx, owner, reading)
    const before = await find(old)
    const { key } = await rotateApiKey(ctx, owner, id, { overlapHours: '24' })
    expect(await find(key)).toEqual(before)
    expect((await listed(id))?.previous?.usedAt).not.toBeNull()
    await db.execute(sql`UPDATE api_key SET previous_used_at = NULL, last_used_at = NULL WHERE id = ${id}::uuid`)
    expect(await find(old)).toEqual(before)
    const { previous, lastUsedAt, prefix } = (await listed(id)) ?? {}
    expect(previous).toMatchObject({ prefix: old.slice(0, 11), isOver: false, usedAt: expect.any(String) })
    expect([lastUsedAt, prefix]).toEqual([null, key.slice(0, 11)])
    const hours = (Date.parse(previous?.until ?? '') - Date.now()) / 3_600_000
    expect(Math.round(hours)).toBe(24)
    await end(id)
    await expect(find(old)).rejects.toThrow(/overlap has ended/)
    expect(await find(key)).toEqual(before)
    expect((await listed(id))?.previous?.isOver).toBe(true)
    const events = await db.query<{ text: string }>(
      sql`SELECT data::text AS text FROM audit_event WHERE type = 'api_key.rotated' AND data->>'keyId' = ${id}`,
    )
    expect(events).toHaveLength(1)
    expect(events[0]?.text).not.toContain(key.slice(-64))
  })

  it('may end the old secret now, ends a still older one, and is over with the key', async () => {
    const { id, key: first } = await createApiKey(ctx, owner, reading)
    const { key: second } = await rotateApiKey(ctx, owner, id, { overlapHours: '0' })
    await expect(find(first)).rejects.toThrow(/overlap has ended/)
    const { key: third } = await rotateApiKey(ctx, owner, id, { overlapHours: '1' })
    await expect(find(first)).rejects.toThrow(/not known/)
    await find(second)
    await revokeApiKey(ctx, owner, id)
    for (const key of [second, third]) await expect(find(key)).rejects.toThrow(/revoked/)
    await expect(rotateApiKey(ctx, owner, id, { overlapHours: '1' })).rejects.toMatchObject({ code: 'stale-state' })
  })

  it('twice at once leaves two secrets that work', async () => {
    const { id, key: first } = await createApiKey(ctx, owner, reading)
    const made = await Promise.all([1, 2].map(() => rotateApiKey(ctx, owner, id, { overlapHours: '1' })))
    await Promise.all(made.map(({ key }) => find(key)))
    await expect(find(first)).rejects.toThrow(/not known/)
  })

  it('gives a secret only to a member who may do what the key may, and knows its overlaps', async () => {
    const { id } = await createApiKey(ctx, owner, { name: 'r', scopes: ['refunds:write'] })
    const developer = { ...owner, role: 'developer' } as const
    for (const [scope, input, code] of [
      [developer, { overlapHours: '24' }, 'not-allowed'],
      [{ ...owner, role: 'viewer' } as const, { overlapHours: '24' }, 'not-allowed'],
      [{ ...owner, merchantId: otherId }, { overlapHours: '24' }, 'not-found'],
      [owner, { overlapHours: '9000' }, 'bad-input'],
      [owner, undefined, 'bad-input'],
    ] as const)
      await expect(rotateApiKey(ctx, scope, id, input)).rejects.toMatchObject({ code })
  })

  it('offers presets that the role may give', () => {
    const labels = (may: boolean) => ApiKey.choicesFor(() => may).presets.map(({ label }) => label)
    expect(labels(true)).toEqual(['Read only', 'Refunds', 'Execution', 'Everything my role may'])
    expect(labels(false)).toEqual(['Read only', 'Everything my role may'])
    expect(ApiKey.choicesFor(() => false).scopes.map(({ value }) => value)).not.toContain('refunds:write')
  })
})
