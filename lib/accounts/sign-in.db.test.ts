import { privateKeyToAccount } from 'viem/accounts'
import { createSiweMessage } from 'viem/siwe'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { findSession, issueChallenge, signIn, signOut, type Challenge } from '.'

// Accounts of anvil's public mnemonic.
const operator = privateKeyToAccount('0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a')
const viewer = privateKeyToAccount('0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba')
const stranger = privateKeyToAccount('0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e')
vi.stubEnv('OPERATORS', operator.address)

const ctx = createCtx({ kind: 'system', id: 'test' })
const merchantId = '11111111-1111-4111-8111-111111111111'

type Account = typeof operator
type Change = Partial<Challenge.Challenge>

async function begin(change: Change = {}, account: Account = operator) {
  const { challenge, browser } = await issueChallenge(ctx)
  const asked = { ...challenge, ...change }
  const message = createSiweMessage({
    ...asked,
    address: account.address,
    issuedAt: new Date(asked.issuedAt),
    expirationTime: new Date(asked.expirationTime),
  })
  return { browser, input: { message, signature: await account.signMessage({ message }) } }
}

async function events(): Promise<string[]> {
  const rows = await db.query<{ type: string }>(sql`SELECT type FROM audit_event ORDER BY seq`)
  return rows.map(({ type }) => type)
}

beforeAll(async () => {
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
  await db.execute(sql`
    INSERT INTO member (merchant_id, address, role)
    VALUES (${merchantId}::uuid, ${viewer.address.toLowerCase()}, 'viewer')`)
})

describe('signing in', () => {
  it('makes a session of which only the hash is stored, and ends it on the server', async () => {
    const { browser, input } = await begin()
    const { token } = await signIn(ctx, input, browser)
    const address = operator.address.toLowerCase()
    expect(await findSession(token)).toEqual({ address, merchantId, operator: true, role: 'owner' })
    const [row] = await db.query<{ whole: string }>(sql`SELECT session::text AS whole FROM session`)
    expect(row?.whole).not.toContain(token)
    await signOut(ctx, token)
    await signOut(ctx, token)
    expect(await findSession(token)).toBeUndefined()
    expect(await events()).toEqual(['session.created', 'session.ended'])
  })

  it('gives members their role and strangers nothing', async () => {
    const member = await begin({}, viewer)
    const { token } = await signIn(ctx, member.input, member.browser)
    expect(await findSession(token)).toMatchObject({ operator: false, role: 'viewer' })
    await db.execute(sql`DELETE FROM member`)
    expect(await findSession(token)).toBeUndefined()
    const other = await begin({}, stranger)
    await expect(signIn(ctx, other.input, other.browser)).rejects.toMatchObject({ code: 'not-allowed' })
  })

  it('lets one nonce make one session, even when two requests come at once', async () => {
    const { browser, input } = await begin()
    const ends = await Promise.allSettled([1, 2, 3].map(() => signIn(ctx, input, browser)))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it.each<[string, Change]>([
    ['domain', { domain: 'evil.example' }],
    ['uri', { uri: 'https://evil.example' }],
    ['chainId', { chainId: 1 }],
    ['statement', { statement: 'Give me everything.' }],
    ['nonce', { nonce: 'a'.repeat(64) }],
    ['issuedAt', { issuedAt: new Date(Date.now() - 3_600_000).toISOString() }],
    ['issuedAt in the future', { issuedAt: new Date(Date.now() + 3_600_000).toISOString() }],
    ['expirationTime', { expirationTime: new Date(Date.now() - 1_000).toISOString() }],
    ['a long expirationTime', { expirationTime: new Date(Date.now() + 86_400_000).toISOString() }],
  ])('refuses a message with another %s', async (_, change) => {
    const { browser, input } = await begin(change)
    await expect(signIn(ctx, input, browser)).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it('refuses another browser, another signer and no signature', async () => {
    const first = await begin()
    await expect(signIn(ctx, first.input, 'b'.repeat(64))).rejects.toMatchObject({ code: 'not-signed-in' })
    await expect(signIn(ctx, first.input, undefined)).rejects.toMatchObject({ code: 'not-signed-in' })
    // Neither attempt used the nonce up.
    const signature = await stranger.signMessage({ message: first.input.message })
    await expect(signIn(ctx, { ...first.input, signature }, first.browser)).rejects.toMatchObject({
      code: 'not-signed-in',
    })
    await expect(signIn(ctx, { message: { not: '' } }, first.browser)).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it('ends sessions after thirty idle minutes and after twelve hours', async () => {
    const idle = await begin()
    const { token } = await signIn(ctx, idle.input, idle.browser)
    await db.execute(sql`UPDATE session SET last_seen_at = now() - interval '31 minutes'`)
    expect(await findSession(token)).toBeUndefined()
    await db.execute(sql`UPDATE session SET last_seen_at = now() - interval '29 minutes'`)
    expect(await findSession(token)).toBeDefined()
    await db.execute(sql`UPDATE session SET expires_at = now() - interval '1 millisecond'`)
    expect(await findSession(token)).toBeUndefined()
  })
})
