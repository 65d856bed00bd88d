import { beforeEach, describe, expect, it } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import {
  acceptInvitation,
  endSessions,
  findInvitation,
  findSession,
  inviteMember,
  inviteWallet,
  listInvitations,
  listMembers,
  listSessions,
  removeMember,
  revokeInvitation,
  setMemberRole,
  startSession,
  switchMerchant,
  type MemberScope,
} from '.'

const merchantId = '11111111-1111-4111-8111-111111111111'
const otherId = '22222222-2222-4222-8222-222222222222'
const [alice, bob, carol] = ['aa', 'bb', 'cc'].map((byte) => `0x${byte.repeat(20)}`) as [string, string, string]
const scope: MemberScope.MemberScope = { address: alice, merchantId, operator: false, role: 'owner' }
const ctx = createCtx({ kind: 'member', id: alice })

beforeEach(async () => {
  await db.execute(sql`DELETE FROM session`)
  await db.execute(sql`DELETE FROM invitation`)
  await db.execute(sql`DELETE FROM member`)
  await db.execute(sql`
    INSERT INTO merchant (id, slug, name)
    VALUES (${merchantId}::uuid, 'acme', 'Acme'), (${otherId}::uuid, 'other', 'Other') ON CONFLICT DO NOTHING`)
  await db.execute(sql`INSERT INTO member (merchant_id, address, role) VALUES (${merchantId}::uuid, ${alice}, 'owner')`)
})

const start = (address: string, at = merchantId) =>
  withTransaction((tx) => startSession(tx, ctx, { address, merchantId: at, device: 'Firefox on macOS' }))

const roleOf = async (address: string) => (await listMembers(scope)).find((member) => member.address === address)?.role

describe('an invitation', () => {
  it('makes the first wallet that uses it a member, and no second one', async () => {
    const { token } = await inviteMember(ctx, scope, { role: 'finance', note: 'Bookkeeper' })
    expect(await findInvitation(token)).toMatchObject({ merchantName: 'Acme', role: 'finance' })
    const ends = await Promise.allSettled([bob, carol].map((wallet) => acceptInvitation(ctx, wallet, token, '')))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await listMembers(scope)).map(({ role }) => role)).toEqual(['owner', 'finance'])
    expect(await findInvitation(token)).toBeUndefined()
  })

  it('opens the dashboard with its role', async () => {
    const { token } = await inviteMember(ctx, scope, { role: 'viewer' })
    const session = await acceptInvitation(ctx, bob, token, 'Safari on iOS')
    expect(await findSession(session)).toMatchObject({ address: bob, merchantId, role: 'viewer', operator: false })
  })

  it('is worthless once it is revoked or its time is over', async () => {
    const { id, token } = await inviteMember(ctx, scope, { role: 'viewer' })
    await revokeInvitation(ctx, scope, id)
    await revokeInvitation(ctx, scope, id)
    await expect(acceptInvitation(ctx, bob, token, '')).rejects.toMatchObject({ code: 'not-allowed' })
    const { token: late } = await inviteMember(ctx, scope, { role: 'viewer' })
    await db.execute(sql`UPDATE invitation SET expires_at = now() WHERE accepted_at IS NULL`)
    await expect(acceptInvitation(ctx, bob, late, '')).rejects.toMatchObject({ code: 'not-allowed' })
    expect((await listInvitations(scope)).map(({ state }) => state)).toEqual(['expired', 'revoked'])
  })

  it('does not change the role of a member, and stays usable', async () => {
    const { token } = await inviteMember(ctx, scope, { role: 'viewer' })
    await expect(acceptInvitation(ctx, alice, token, '')).rejects.toMatchObject({ code: 'stale-state' })
    expect(await roleOf(alice)).toBe('owner')
    expect(await findInvitation(token)).toBeDefined()
  })

  it('of another merchant cannot be revoked, and only owners make one', async () => {
    const { id } = await inviteMember(ctx, scope, { role: 'viewer' })
    const foreign = { ...scope, merchantId: otherId }
    await expect(revokeInvitation(ctx, foreign, id)).rejects.toMatchObject({ code: 'not-found' })
    for (const role of ['developer', 'finance', 'viewer'] as const)
      await expect(inviteMember(ctx, { ...scope, role }, { role: 'owner' })).rejects.toMatchObject({
        code: 'not-allowed',
      })
    await expect(inviteMember(ctx, scope, {}, true)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('members', () => {
  it('are added by their wallet, and named where the address is wrong', async () => {
    await inviteWallet(ctx, scope, { wallet: bob.toUpperCase().replace('0X', '0x'), role: 'developer' })
    expect(await roleOf(bob)).toBe('developer')
    for (const wallet of ['0x12', bob, ''])
      await expect(inviteWallet(ctx, scope, { wallet, role: 'viewer' })).rejects.toMatchObject({
        fields: [{ field: 'wallet' }],
      })
  })

  it('keep one owner, also when two leave at the same moment', async () => {
    await expect(removeMember(ctx, scope, alice)).rejects.toMatchObject({ code: 'stale-state' })
    await expect(setMemberRole(ctx, scope, alice, { role: 'viewer' })).rejects.toMatchObject({ code: 'stale-state' })
    await inviteWallet(ctx, scope, { wallet: bob, role: 'owner' })
    const ends = await Promise.allSettled([removeMember(ctx, scope, alice), removeMember(ctx, scope, bob)])
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await listMembers(scope)).toHaveLength(1)
  })

  it('lose their sessions at this merchant with their membership', async () => {
    await inviteWallet(ctx, scope, { wallet: bob, role: 'viewer' })
    const session = await start(bob)
    await removeMember(ctx, scope, bob)
    expect(await findSession(session)).toBeUndefined()
    const [row] = await db.query<{ count: bigint }>(sql`SELECT count(*) FROM session`)
    expect(row?.count).toBe(0n)
  })

  it('follow a change of their role at the next request', async () => {
    await inviteWallet(ctx, scope, { wallet: bob, role: 'viewer' })
    const session = await start(bob)
    await setMemberRole(ctx, scope, bob, { role: 'developer' })
    expect(await findSession(session)).toMatchObject({ role: 'developer' })
  })

  it('may leave by themselves, and remove no other', async () => {
    await inviteWallet(ctx, scope, { wallet: bob, role: 'viewer' })
    const viewer: MemberScope.MemberScope = { ...scope, address: bob, role: 'viewer' }
    await expect(removeMember(ctx, viewer, alice)).rejects.toMatchObject({ code: 'not-allowed' })
    await removeMember(ctx, viewer, bob)
    expect(await roleOf(bob)).toBeUndefined()
  })
})

describe('sessions', () => {
  it('are listed with their device, the current one first, and the others end', async () => {
    const [first, second] = [await start(alice), await start(alice)]
    const rows = await listSessions(alice, second)
    expect(rows.map(({ isCurrent, device, merchantName }) => [isCurrent, device, merchantName])).toEqual([
      [true, 'Firefox on macOS', 'Acme'],
      [false, 'Firefox on macOS', 'Acme'],
    ])
    expect(await endSessions(ctx, bob, await start(bob), rows[1]?.id)).toBe(0)
    expect(await endSessions(ctx, alice, second)).toBe(1)
    expect([await findSession(first), await findSession(second)]).toEqual([undefined, expect.anything()])
  })

  it('open another merchant of the wallet, and no foreign one', async () => {
    await db.execute(sql`INSERT INTO member (merchant_id, address, role) VALUES (${otherId}::uuid, ${alice}, 'viewer')`)
    const token = await start(alice)
    await switchMerchant(ctx, scope, token, otherId)
    expect(await findSession(token)).toMatchObject({ merchantId: otherId, role: 'viewer' })
    await db.execute(sql`DELETE FROM member WHERE merchant_id = ${otherId}::uuid`)
    expect(await findSession(token)).toBeUndefined()
    const again = await start(alice)
    await expect(switchMerchant(ctx, scope, again, otherId)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('of an operator open any merchant, which the audit trail records', async () => {
    const operator = { ...scope, operator: true }
    const token = await start(alice)
    await switchMerchant(ctx, operator, token, otherId)
    await switchMerchant(ctx, operator, token, otherId)
    const [row] = await db.query<{ count: bigint }>(sql`
      SELECT count(*) FROM audit_event WHERE type = 'merchant.opened_by_operator' AND merchant_id = ${otherId}::uuid`)
    expect(row?.count).toBe(1n)
  })
})
