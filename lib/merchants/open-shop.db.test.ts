import { privateKeyToAccount } from 'viem/accounts'
import { createSiweMessage } from 'viem/siwe'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { findSession, inviteMember, issueConfirmation, type MemberScope } from '@/lib/auth'
import { createCtx, type Ctx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { env } from '@/lib/env'
import { createPolicy, updatePolicy } from '@/lib/policies'
import {
  getMerchant,
  applyPayoutChanges,
  cancelPayoutChange,
  changePayouts,
  createResource,
  findMerchantPayouts,
  listPayoutChanges,
  MerchantDraft,
  openShop,
  setServerWallets,
  updateMerchant,
  updateResource,
  getResource,
} from '.'

// Accounts of anvil's public mnemonic.
const alice = privateKeyToAccount('0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a')
const bob = privateKeyToAccount('0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba')
vi.stubEnv('SIGN_UP', 'open')
const [here] = Object.keys(env.NETWORKS).filter((network) => network.startsWith('eip155:')) as [string]
const ctx = createCtx({ kind: 'system', id: 'test' })

type Account = typeof alice
const walletOf = (account: Account) => account.address.toLowerCase()

async function sign(account: Account, statement: string, at: Ctx = ctx) {
  const challenge = issueConfirmation(at, walletOf(account), statement)
  const message = createSiweMessage({
    ...challenge,
    address: account.address,
    issuedAt: new Date(challenge.issuedAt),
    expirationTime: new Date(challenge.expirationTime),
  })
  return { message, signature: await account.signMessage({ message }) }
}

const payoutsTo = (payTo: string, delayHours = 0) => ({ payouts: [{ network: here, payTo }], delayHours })

/** The same on a network with channels too. */
const payoutsOn = (payTo: string, delayHours: number) => ({
  payouts: ['eip155:84532', 'eip155:1337'].map((network) => ({ network, payTo })),
  delayHours,
})

async function open(account: Account, slug: string, extra: object = {}, invitation?: string) {
  const draft = { name: `Shop ${slug}`, slug, ...payoutsTo(account.address), ...extra }
  const signed = await sign(account, MerchantDraft.payoutStatement(slug, MerchantDraft.parsePayouts(draft)))
  return openShop(ctx, walletOf(account), { draft, signed, invitation, device: 'Chrome on Linux' })
}

async function scopeOf(session: string): Promise<MemberScope.MemberScope> {
  const scope = await findSession(session)
  if (!scope) throw new Error('no session')
  return scope
}

const events = async (merchantId: string) =>
  (
    await db.query<{ type: string }>(
      sql`SELECT type FROM audit_event WHERE merchant_id = ${merchantId}::uuid ORDER BY seq`,
    )
  ).map(({ type }) => type)

const actorOf = (scope: MemberScope.MemberScope) => createCtx({ kind: 'member', id: scope.address })

async function change(session: string, account: Account, payTo: string, delayHours = 0, statement?: string) {
  const scope = await scopeOf(session)
  const [merchant] = await db.query<{ slug: string }>(
    sql`SELECT slug FROM merchant WHERE id = ${scope.merchantId}::uuid`,
  )
  const input = payoutsTo(payTo, delayHours)
  const text = statement ?? MerchantDraft.payoutStatement(merchant?.slug ?? '', MerchantDraft.parsePayouts(input))
  return changePayouts(actorOf(scope), scope, input, await sign(account, text))
}

// A wallet may own ten shops only.
beforeEach(() => db.execute(sql`DELETE FROM member`))

describe('a fresh wallet', () => {
  it('opens a shop, owns it, is signed in and paid by its own address', async () => {
    const { merchantId, session } = await open(alice, 'acme-one')
    const scope = await scopeOf(session)
    expect(scope).toMatchObject({ merchantId, role: 'owner', operator: false })
    // Its lists hold this shop only; those of an operator mix it with others, and the switcher says so.
    expect(await getMerchant(scope, merchantId)).toMatchObject({ slug: 'acme-one', isMixed: false })
    await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (gen_random_uuid(), 'acme-beside', 'Beside')`)
    expect(await getMerchant({ ...scope, operator: true }, merchantId)).toMatchObject({ isMixed: true })
    expect(await findMerchantPayouts(merchantId)).toEqual({
      delayHours: 0,
      payouts: [{ network: here, payTo: alice.address }],
    })
    expect(await events(merchantId)).toEqual([
      'merchant.created',
      'member.added',
      'merchant.payouts_changed',
      'session.created',
    ])
  })

  it('cannot take a slug twice, also not at the same moment', async () => {
    const ends = await Promise.allSettled([open(alice, 'race-shop'), open(bob, 'race-shop')])
    const refused = ends.filter((end) => end.status === 'rejected')
    expect(refused).toHaveLength(1)
    expect(refused[0]?.reason).toMatchObject({ code: 'bad-input', fields: [{ field: 'slug' }] })
  })

  it('must sign the very addresses: another text, wallet or use of the signature opens nothing', async () => {
    const draft = { name: 'X', slug: 'not-signed', ...payoutsTo(alice.address) }
    const other = { ...draft, ...payoutsTo(bob.address) }
    const statement = (of: object) => MerchantDraft.payoutStatement('not-signed', MerchantDraft.parsePayouts(of))
    const send = (signed: Awaited<ReturnType<typeof sign>>) =>
      openShop(ctx, walletOf(alice), { draft, signed, invitation: undefined, device: '' })
    await expect(send(await sign(alice, statement(other)))).rejects.toMatchObject({ code: 'not-signed-in' })
    await expect(send(await sign(bob, statement(draft)))).rejects.toMatchObject({ code: 'not-signed-in' })
    const signed = await sign(alice, statement(draft))
    await send(signed)
    await expect(send(signed)).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it('is refused where sign-up is off, and needs a link where it is by invitation', async () => {
    const draft = { name: 'Invited', slug: 'invited', ...payoutsTo(bob.address) }
    /** A server of its own, with this setting. */
    const attempt = async (signUp: string, invitation?: string) => {
      vi.stubEnv('SIGN_UP', signUp)
      vi.resetModules()
      const server = await import('.')
      const text = MerchantDraft.payoutStatement('invited', MerchantDraft.parsePayouts(draft))
      return server.openShop(ctx, walletOf(bob), { draft, signed: await sign(bob, text), invitation, device: '' })
    }
    const address = walletOf(alice)
    const operator: MemberScope.MemberScope = { address, merchantId: ctx.id(), operator: true, role: 'owner' }
    const { token } = await inviteMember(actorOf(operator), operator, { note: 'Bob' }, true)
    await expect(attempt('off', token)).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(attempt('invite')).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(attempt('invite', '0'.repeat(64))).rejects.toMatchObject({ code: 'not-allowed' })
    await attempt('invite', token)
    await expect(attempt('invite', token)).rejects.toMatchObject({ code: 'not-allowed' })
  })
})

describe('the wallets of this server', () => {
  const policy = {
    name: 'Drain',
    contracts: [{ network: here, address: `0x${'98'.repeat(20)}`, label: 'X', selectors: '0x' }],
    maxValue: '0.001',
    maxFee: '0.001',
    policy: { value: '0.01', fee: '10', transactions: '10000' },
    key: { value: '', fee: '', transactions: '' },
    agent: { value: '', fee: '', transactions: '' },
    urgencies: ['slow' as const],
    submissions: ['public' as const],
    finality: 'included' as const,
    refund: 'never' as const,
  }

  it('do not pay for a stranger’s shop until an operator allows it', async () => {
    const { session } = await open(alice, 'server-wallets')
    const scope = await scopeOf(session)
    const create = () => createPolicy(actorOf(scope), scope, policy)
    await expect(create()).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(setServerWallets(actorOf(scope), scope, scope.merchantId, true)).rejects.toMatchObject({
      code: 'not-found',
    })
    const operator = { ...scope, operator: true }
    await setServerWallets(actorOf(operator), operator, scope.merchantId, true)
    await setServerWallets(actorOf(operator), operator, scope.merchantId, true)
    const { id } = await create()
    expect((await events(scope.merchantId)).filter((type) => type === 'merchant.server_wallets_set')).toHaveLength(1)
    await setServerWallets(actorOf(operator), operator, scope.merchantId, false)
    await expect(updatePolicy(actorOf(scope), scope, id, 1, { ...policy, maxFee: '0.002' })).rejects.toMatchObject({
      code: 'not-allowed',
    })
  })
})

describe('payouts of a shop', () => {
  const resource = (path: string) => ({
    name: path,
    method: 'GET',
    path,
    upstreamUrl: 'https://example.com/x',
    price: '0.01',
    ownPayouts: false,
    payouts: [],
  })

  it('are followed by the resources without their own, as new revisions', async () => {
    const { session } = await open(alice, 'payouts-one')
    const scope = await scopeOf(session)
    const { id } = await createResource(actorOf(scope), scope, resource('/follows'))
    const own = { ...resource('/own'), ownPayouts: true, payouts: [{ network: here, payTo: alice.address }] }
    const { id: other } = await createResource(actorOf(scope), scope, own)
    await change(session, alice, bob.address)
    const [followed, kept] = await Promise.all([getResource(scope, id), getResource(scope, other)])
    expect(followed).toMatchObject({ revision: 2, payouts: [{ network: here, payTo: bob.address }] })
    expect(followed.prices.map(({ payTo }) => payTo[here])).toEqual([bob.address, alice.address])
    expect(kept).toMatchObject({ revision: 1, payouts: [{ payTo: alice.address }] })
  })

  /** An input with payouts of its own, signed by this wallet. */
  async function owned(slug: string, path: string, payTo: string, by: Account = alice, over: string = payTo) {
    const payouts = [{ network: here, payTo: over }]
    const statement = MerchantDraft.resourcePayoutStatement(slug, { method: 'GET', path, payouts: payouts as never })
    const signed = await sign(by, statement)
    return { ...resource(path), ownPayouts: true, payouts: [{ network: here, payTo }], signed }
  }

  it('are taken by a resource that gives up its own', async () => {
    const { session } = await open(alice, 'payouts-two')
    const scope = await scopeOf(session)
    const { id } = await createResource(actorOf(scope), scope, await owned('payouts-two', '/x', bob.address))
    await updateResource(actorOf(scope), scope, id, 1, resource('/x'))
    expect(await getResource(scope, id)).toMatchObject({ ownPayouts: false, payouts: [{ payTo: alice.address }] })
  })

  it('are left by a resource only by a signature of an owner over its addresses, once', async () => {
    const { session } = await open(alice, 'payouts-own')
    const scope = await scopeOf(session)
    const create = (input: unknown) => createResource(actorOf(scope), scope, input)
    const unsigned = { ...resource('/a'), ownPayouts: true, payouts: [{ network: here, payTo: bob.address }] }
    const payouts = { code: 'bad-input', fields: [{ field: 'payouts' }] }
    await expect(create(unsigned)).rejects.toMatchObject(payouts)
    await expect(create(await owned('payouts-own', '/a', bob.address, bob))).rejects.toMatchObject(payouts)
    await expect(create(await owned('payouts-own', '/a', bob.address, alice, alice.address))).rejects.toMatchObject(
      payouts,
    )
    await expect(
      create(await owned('payouts-own', '/other', bob.address).then((input) => ({ ...input, path: '/a' }))),
    ).rejects.toMatchObject(payouts)
    const signed = await owned('payouts-own', '/a', bob.address)
    const { id } = await create(signed)
    await expect(create({ ...signed, path: '/b' })).rejects.toMatchObject(payouts)
    // What it has, it keeps without another signature; giving it up forgets it.
    const developer = { ...scope, role: 'developer' as const }
    await updateResource(actorOf(scope), developer, id, 1, { ...unsigned, price: '0.02' })
    await updateResource(actorOf(scope), developer, id, 2, resource('/a'))
    await expect(updateResource(actorOf(scope), scope, id, 3, unsigned)).rejects.toMatchObject(payouts)
  })

  it('are not left by a developer, also as a draft', async () => {
    const { session } = await open(alice, 'payouts-dev')
    const developer = { ...(await scopeOf(session)), role: 'developer' as const }
    const input = await owned('payouts-dev', '/a', bob.address)
    for (const status of ['live', 'draft'] as const)
      await expect(createResource(actorOf(developer), developer, input, status)).rejects.toMatchObject({
        code: 'not-allowed',
      })
    const { id } = await createResource(actorOf(developer), developer, resource('/a'))
    await expect(updateResource(actorOf(developer), developer, id, 1, input)).rejects.toMatchObject({
      code: 'not-allowed',
    })
  })

  it('wait for their delay, can be cancelled, and one waits at a time', async () => {
    const { session, merchantId } = await open(alice, 'payouts-delay', { delayHours: 24 })
    await change(session, alice, bob.address)
    const now = async () => (await findMerchantPayouts(merchantId)).payouts[0]?.payTo
    expect(await now()).toBe(alice.address)
    await applyPayoutChanges(ctx)
    expect(await now()).toBe(alice.address)
    await expect(change(session, alice, bob.address)).rejects.toMatchObject({ code: 'stale-state' })
    const scope = await scopeOf(session)
    const [waiting] = await listPayoutChanges(scope)
    await cancelPayoutChange(actorOf(scope), scope, waiting?.id ?? '')
    await cancelPayoutChange(actorOf(scope), scope, waiting?.id ?? '')
    await change(session, alice, bob.address)
    await db.execute(sql`UPDATE merchant_payout_change SET applies_at = now() WHERE merchant_id = ${merchantId}::uuid`)
    const applied = await Promise.all([applyPayoutChanges(ctx), applyPayoutChanges(ctx)])
    expect(applied.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect(await now()).toBe(bob.address)
    const types = await events(merchantId)
    expect(types.filter((type) => type === 'merchant.payouts_changed')).toHaveLength(2)
  })

  it('that a resource sold by sessions could not follow are refused when they are signed, not when they apply', async () => {
    const { session } = await open(alice, 'payouts-session', payoutsOn(alice.address, 24))
    const scope = await scopeOf(session)
    await createResource(actorOf(scope), scope, {
      ...resource('/s'),
      session: true,
      streaming: true,
      meter: 'event',
    })
    await expect(change(session, alice, bob.address, 24)).rejects.toMatchObject({ code: 'stale-state' })
    expect((await listPayoutChanges(scope)).map(({ state }) => state)).toEqual(['applied'])
  })

  it('change only by a signature of the session’s wallet over this change', async () => {
    const { session, merchantId } = await open(alice, 'payouts-signed')
    await expect(change(session, bob, bob.address)).rejects.toMatchObject({ code: 'not-signed-in' })
    await expect(change(session, alice, bob.address, 0, 'Something else.')).rejects.toMatchObject({
      code: 'not-signed-in',
    })
    expect((await findMerchantPayouts(merchantId)).payouts[0]?.payTo).toBe(alice.address)
  })

  it('are not changed by a developer or by finance', async () => {
    const { session } = await open(alice, 'payouts-roles')
    const scope = await scopeOf(session)
    for (const role of ['developer', 'finance', 'viewer'] as const)
      await expect(
        changePayouts(ctx, { ...scope, role }, payoutsTo(bob.address), { message: '', signature: '' }),
      ).rejects.toMatchObject({ code: 'not-allowed' })
  })
})

describe('a slug', () => {
  it('that a shop gave up is reserved for it', async () => {
    const { session } = await open(alice, 'old-name')
    const scope = await scopeOf(session)
    await updateMerchant(actorOf(scope), scope, { name: 'New', slug: 'new-name' })
    await expect(open(bob, 'old-name')).rejects.toMatchObject({ code: 'bad-input' })
    await updateMerchant(actorOf(scope), scope, { name: 'New', slug: 'old-name' })
    await updateMerchant(actorOf(scope), scope, { name: 'New', slug: 'old-name' })
    expect((await events(scope.merchantId)).filter((type) => type === 'merchant.updated')).toHaveLength(2)
  })
})
