import { generateKeyPairSync, sign } from 'node:crypto'
import { getBase58Decoder } from '@solana/kit'
import { privateKeyToAccount } from 'viem/accounts'
import { createSiweMessage } from 'viem/siwe'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { createFirstMerchant } from '@/lib/merchants'
import { db, sql, type Sql } from '@/lib/db'
import { endAgentSession, findAgent, findSession, issueChallenge, signIn, signOut, type Challenge } from '.'

// Accounts of anvil's public mnemonic.
const operator = privateKeyToAccount('0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a')
const viewer = privateKeyToAccount('0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba')
const stranger = privateKeyToAccount('0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e')
vi.stubEnv('OPERATORS', operator.address)

const ctx = createCtx({ kind: 'system', id: 'test' })
const merchantId = '11111111-1111-4111-8111-111111111111'

type Account = typeof operator
type Change = Partial<Challenge.SiweChallenge>

async function begin(change: Change = {}, account: Account = operator) {
  const { challenge, browser } = issueChallenge(ctx)
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
    const { member: token, agent } = await signIn(ctx, input, browser, createFirstMerchant)
    const address = operator.address.toLowerCase()
    expect(await findSession(token)).toEqual({ address, merchantId, operator: true, role: 'owner' })
    const [row] = await db.query<{ whole: string }>(sql`SELECT session::text AS whole FROM session`)
    expect(row?.whole).not.toContain(token)
    expect(await findAgent(agent)).toEqual({ wallet: address, wallets: [address] })
    expect(await findAgent(token)).toBeUndefined()
    expect(await findSession(agent)).toBeUndefined()
    await signOut(ctx, token)
    await signOut(ctx, token)
    expect(await findSession(token)).toBeUndefined()
    expect(await events()).toEqual(['session.created', 'session.ended'])
  })

  it('gives members their role, and strangers their own payments only', async () => {
    const member = await begin({}, viewer)
    const { member: token } = await signIn(ctx, member.input, member.browser, createFirstMerchant)
    expect(await findSession(token)).toMatchObject({ operator: false, role: 'viewer' })
    await db.execute(sql`DELETE FROM member`)
    expect(await findSession(token)).toBeUndefined()
    const other = await begin({}, stranger)
    const signedIn = await signIn(ctx, other.input, other.browser, createFirstMerchant)
    expect(signedIn.member).toBeUndefined()
    expect(await findAgent(signedIn.agent)).toMatchObject({ wallet: stranger.address.toLowerCase() })
    await endAgentSession(signedIn.agent)
    await endAgentSession(signedIn.agent)
    expect(await findAgent(signedIn.agent)).toBeUndefined()
  })

  it('knows a Solana wallet by its own signature over its own words, and by nothing else', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const address = getBase58Decoder().decode(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
    const ask = async (change: (text: string) => string = (text) => text) => {
      const { challenge, browser } = issueChallenge(ctx)
      const { domain, statement, uri, nonce, issuedAt, expirationTime } = challenge
      const message = change(
        `${domain} wants you to sign in with your Solana account:\n${address}\n\n${statement}\n\nURI: ${uri}\n` +
          `Version: 1\nNonce: ${nonce}\nIssued At: ${issuedAt}\nExpiration Time: ${expirationTime}`,
      )
      const signature = `0x${sign(null, Buffer.from(message), privateKey).toString('hex')}`
      return { browser, input: { message, signature } }
    }
    const good = await ask()
    const { agent, member } = await signIn(ctx, good.input, good.browser, createFirstMerchant)
    expect([member, await findAgent(agent)]).toEqual([undefined, { wallet: address, wallets: [address] }])
    const other = getBase58Decoder().decode(new Uint8Array(32).fill(7))
    for (const change of [
      (text: string) => text.replace(address, other),
      (text: string) => text.replace('wants', 'would like'),
      (text: string) => text.replace(/^[^ ]+/, 'evil.example'),
      (text: string) => `${text}\nResources:\n- https://evil.example`,
    ]) {
      const { input, browser } = await ask(change)
      await expect(signIn(ctx, input, browser, createFirstMerchant)).rejects.toMatchObject({ code: 'not-signed-in' })
    }
  })

  it('lets one nonce make one session, even when two requests come at once', async () => {
    const { browser, input } = await begin()
    const ends = await Promise.allSettled([1, 2, 3].map(() => signIn(ctx, input, browser, createFirstMerchant)))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('stores nothing for what is asked for, nor for what no wallet signed', async () => {
    const rows = async () => {
      const [row] = await db.query<{ count: bigint }>(sql`SELECT count(*) FROM sign_in_nonce`)
      return row?.count
    }
    const before = await rows()
    for (let n = 0; n < 1_000; n++) issueChallenge(ctx)
    const { browser, input } = await begin()
    const signature = await stranger.signMessage({ message: input.message })
    for (let n = 0; n < 10; n++)
      await expect(signIn(ctx, { ...input, signature }, browser, createFirstMerchant)).rejects.toMatchObject({
        code: 'not-signed-in',
      })
    expect(await rows()).toBe(before)
    await signIn(ctx, input, browser, createFirstMerchant)
    expect(await rows()).toBe((before ?? 0n) + 1n)
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
    await expect(signIn(ctx, input, browser, createFirstMerchant)).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it('refuses another browser, another signer and no signature', async () => {
    const first = await begin()
    await expect(signIn(ctx, first.input, 'b'.repeat(64), createFirstMerchant)).rejects.toMatchObject({
      code: 'not-signed-in',
    })
    await expect(signIn(ctx, first.input, undefined, createFirstMerchant)).rejects.toMatchObject({
      code: 'not-signed-in',
    })
    // Neither attempt consumed the nonce.
    const signature = await stranger.signMessage({ message: first.input.message })
    await expect(signIn(ctx, { ...first.input, signature }, first.browser, createFirstMerchant)).rejects.toMatchObject({
      code: 'not-signed-in',
    })
    await expect(signIn(ctx, { message: { not: '' } }, first.browser, createFirstMerchant)).rejects.toMatchObject({
      code: 'not-signed-in',
    })
  })

  it('ends sessions after thirty idle minutes and after twelve hours', async () => {
    const idle = await begin()
    const { member, agent } = await signIn(ctx, idle.input, idle.browser, createFirstMerchant)
    const found = async () =>
      [await findSession(member), await findAgent(agent)].map((session) => session !== undefined)
    const set = async (change: Sql) => {
      await db.execute(sql`UPDATE session SET ${change}`)
      await db.execute(sql`UPDATE agent_session SET ${change}`)
    }
    await set(sql`last_seen_at = now() - interval '31 minutes'`)
    expect(await found()).toEqual([false, false])
    await set(sql`last_seen_at = now() - interval '29 minutes'`)
    expect(await found()).toEqual([true, true])
    await set(sql`expires_at = now() - interval '1 millisecond'`)
    expect(await found()).toEqual([false, false])
  })
})
