import { randomBytes } from 'node:crypto'
import { createApiKey, inviteMember, startSession, type MemberRole, type MemberScope } from '@/lib/auth'
import { createAgentSession } from '@/lib/auth/agent-session'
import { createRule } from '@/lib/alerts'
import { createCtx } from '@/lib/ctx'
import { db, json, sql, withTransaction } from '@/lib/db'
import { createResource } from '@/lib/merchants'
import { createPolicy } from '@/lib/policies'
import { createEndpoint } from '@/lib/webhooks'
import { accept, insertSeller, offer } from './payment-fixture'
import { insertChannel } from './channel-rows-fixture'
import { insertTransaction } from './webhook-fixture'

// A shop with one of everything, and a signed-in browser of each kind: for tests of who may do what.

export const identities = ['owner', 'developer', 'finance', 'viewer', 'foreign', 'operator', 'agent', 'nobody'] as const
export type Identity = (typeof identities)[number]

export const network = 'eip155:84532'
const wallet = (index: number) => `0x${String(index).padStart(2, '0').repeat(20)}`
const walletOf = (identity: Identity) => wallet(identities.indexOf(identity) + 11)

/** For OPERATORS, before lib/env is read. */
export const operatorWallet = walletOf('operator')

export const resourceInput = (path: string) => ({
  name: path,
  method: 'GET' as const,
  path,
  upstreamUrl: 'https://example.com/x',
  price: '0.01',
  payouts: [{ network, payTo: wallet(99) }],
})

export const policyInput = (name: string) => ({
  name,
  contracts: [{ network, address: wallet(98), label: 'X', selectors: '0x' }],
  maxValue: '0.001',
  maxFee: '0.001',
  policy: { value: '0.01', fee: '10', transactions: '10000' },
  key: { value: '', fee: '', transactions: '' },
  agent: { value: '', fee: '', transactions: '' },
  urgencies: ['slow' as const],
  submissions: ['public' as const],
  finality: 'included' as const,
  refund: 'never' as const,
})

export type Shop = Awaited<ReturnType<typeof openShop>>

/** A merchant with a member of each role and one of everything that an action can be about. */
export async function openShop() {
  await insertSeller()
  const [seller] = await db.query<{ merchantId: string; resourceId: string }>(sql`
    SELECT merchant_id, id AS resource_id FROM resource LIMIT 1`)
  if (!seller) throw new Error('the seller is missing')
  const { merchantId } = seller
  const scope: MemberScope.MemberScope = { address: walletOf('owner'), merchantId, operator: false, role: 'owner' }
  const ctx = createCtx({ kind: 'member', id: scope.address })
  const members: [Identity, MemberRole][] = (['owner', 'developer', 'finance', 'viewer'] as const).map((role) => [
    role,
    role,
  ])
  for (const [identity, role] of [...members, ['nobody', 'viewer']] as [Identity, MemberRole][])
    await db.execute(sql`
      INSERT INTO member (merchant_id, address, role)
      VALUES (${merchantId}::uuid, ${identity === 'nobody' ? wallet(77) : walletOf(identity)}, ${role}::role)`)
  await db.execute(sql`
    INSERT INTO merchant_payout (merchant_id, network, pay_to) VALUES (${merchantId}::uuid, ${network}, ${wallet(99)})`)
  const { id: resourceId } = await createResource(ctx, scope, resourceInput('/sold'))
  const { id: policyId } = await createPolicy(ctx, scope, policyInput('Bot'))
  const { id: keyId } = await createApiKey(ctx, scope, { name: 'bot', scopes: ['facilitate'] })
  const endpoint = { url: 'https://93.184.216.34/hook', description: '', types: [] }
  const { id: endpointId } = await createEndpoint(ctx, scope, endpoint as never)
  const { id: ruleId } = await createRule(ctx, scope, { kind: 'unknown', minutes: '5' })
  const facilitatorId = ctx.id()
  await db.execute(sql`
    INSERT INTO facilitator_upstream (id, merchant_id, name, url)
    VALUES (${facilitatorId}::uuid, ${merchantId}::uuid, 'Other', 'https://example.com/f')`)
  const { id: invitationId } = await inviteMember(ctx, scope, { role: 'viewer' })
  const payment = await accept(offer())
  const [changeId, disputeId] = [ctx.id(), ctx.id()]
  await db.execute(sql`
    INSERT INTO fraud_warning (external_id, merchant_id, payment_id, network, kind, actionable, warned_at)
    VALUES ('issfr_1', ${merchantId}::uuid, ${payment.id}::uuid, ${network}, 'misc', true, now())`)
  // Closed: an answer to it is refused before a call.
  await db.execute(sql`
    INSERT INTO dispute (id, merchant_id, payment_id, network, asset, external_id, status, reason, amount_base, progress, opened_at, closed_at)
    VALUES (${disputeId}::uuid, ${merchantId}::uuid, ${payment.id}::uuid, ${network}, 'usd', 'du_1', 'won', 'fraudulent', 1, 26, now(), now())`)
  await db.execute(sql`
    INSERT INTO merchant_payout_change (id, merchant_id, change, requested_by, message, signature, applies_at)
    VALUES (${changeId}::uuid, ${merchantId}::uuid, ${json({ before: { payouts: [], delayHours: 0 }, after: { payouts: [], delayHours: 0 } })}::jsonb,
      ${scope.address}, '', '', now() + interval '1 day')`)
  return {
    merchantId,
    resourceId,
    policyId,
    keyId,
    endpointId,
    ruleId,
    facilitatorId,
    invitationId,
    paymentId: payment.id,
    changeId,
    disputeId,
    channelId: await insertChannel({ merchantId, resourceId: seller.resourceId }),
    transactionId: await insertTransaction(merchantId),
    memberWallet: wallet(77),
  }
}

/** The session cookies of each identity: { member, agent }. */
export async function signInAll(merchantId: string): Promise<Record<Identity, { member?: string; agent?: string }>> {
  const otherId = createCtx({ kind: 'system', id: 'test' }).id()
  await db.execute(
    sql`INSERT INTO merchant (id, slug, name) VALUES (${otherId}::uuid, ${randomBytes(4).toString('hex')}, 'Other')`,
  )
  await db.execute(sql`
    INSERT INTO member (merchant_id, address, role) VALUES (${otherId}::uuid, ${walletOf('foreign')}, 'owner')`)
  const start = (identity: Identity, at: string) =>
    withTransaction((tx) =>
      startSession(tx, createCtx({ kind: 'member', id: walletOf(identity) }), {
        address: walletOf(identity),
        merchantId: at,
        device: 'Test',
      }),
    )
  const member = async (identity: Identity, at = merchantId) => ({
    member: await start(identity, at),
    agent: await createAgentSession(walletOf(identity), 3_600_000),
  })
  return {
    owner: await member('owner'),
    developer: await member('developer'),
    finance: await member('finance'),
    viewer: await member('viewer'),
    foreign: await member('foreign', otherId),
    operator: await member('operator'),
    agent: { agent: await createAgentSession(walletOf('agent'), 3_600_000) },
    nobody: {},
  }
}
