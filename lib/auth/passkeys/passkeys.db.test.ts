import { expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { beginPasskeySignIn, listPasskeys, removePasskey, signInByPasskey, type MemberScope } from '..'

// A whole ceremony needs an authenticator: e2e/people/start.spec.ts has Chromium's.

const ctx = createCtx({ kind: 'system', id: 'test' })
const merchantId = '11111111-1111-4111-8111-111111111111'
const [alice, bob] = [`0x${'aa'.repeat(20)}`, `0x${'bb'.repeat(20)}`]
const none = async () => merchantId

async function insert(id: string, wallet: string): Promise<void> {
  await db.execute(sql`
    INSERT INTO passkey (id, wallet, public_key, counter, transports, device)
    VALUES (${id}, ${wallet}, ${Buffer.alloc(77)}, 0, '{}', 'Chrome on Linux')`)
}

it('refuses a passkey that is unknown, a browser without its cookie, and an answer of another kind', async () => {
  const { browser } = await beginPasskeySignIn(ctx)
  await insert('known', alice)
  const response = { clientDataJSON: 'e30', authenticatorData: '', signature: '' }
  for (const [input, cookie] of [
    [{ id: 'unknown', response }, browser],
    [{ id: 'known', response }, browser],
    [{ id: 'known', response }, undefined],
    [undefined, browser],
    [{ id: 5 }, browser],
  ] as const)
    await expect(signInByPasskey(ctx, input, cookie, none)).rejects.toMatchObject({ code: 'not-signed-in' })
  const [row] = await db.query<{ count: bigint }>(sql`SELECT count(*) FROM agent_session`)
  expect(row?.count).toBe(0n)
})

it('belongs to its wallet: another one neither sees nor removes it', async () => {
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
  await insert('of-alice', alice)
  const scope = (address: string): MemberScope.MemberScope => ({ address, merchantId, operator: false, role: 'owner' })
  await removePasskey(ctx, scope(bob), 'of-alice')
  expect((await listPasskeys(alice)).map(({ id }) => id)).toContain('of-alice')
  expect(await listPasskeys(bob)).toEqual([])
  await removePasskey(ctx, scope(alice), 'of-alice')
  await removePasskey(ctx, scope(alice), 'of-alice')
  expect((await listPasskeys(alice)).map(({ id }) => id)).not.toContain('of-alice')
})
