import { randomUUID } from 'node:crypto'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { createSiweMessage } from 'viem/siwe'
import { beforeEach, expect, it } from 'vitest'
import { createApiKey, findApiKey, type Challenge, type MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { quoteRequest } from '@/lib/gateway'
import { closeResourceCache, getMerchant, isSlugFree, setShopPaused } from '@/lib/merchants'
import { insertChannel, insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'
import { beginClosing, closeShop, findClosingObstacles } from '..'

const account = privateKeyToAccount(generatePrivateKey())
const other = privateKeyToAccount(generatePrivateKey())
const address = account.address.toLowerCase()
const ctx = createCtx({ kind: 'member', id: address })
let seller: Awaited<ReturnType<typeof insertSeller>>
let scope: MemberScope.MemberScope
let slug: string

beforeEach(async () => {
  seller = await insertSeller()
  scope = { address, merchantId: seller.merchantId, operator: false, role: 'owner' }
  slug = (await getMerchant(scope, seller.merchantId)).slug
  await closeResourceCache()
})

async function sign(challenge: Challenge.SiweChallenge, by = account) {
  const message = createSiweMessage({
    ...challenge,
    address: by.address,
    issuedAt: new Date(challenge.issuedAt),
    expirationTime: new Date(challenge.expirationTime),
  })
  return { message, signature: await by.signMessage({ message }) }
}

/** Sales have been paused for longer than a request may take. */
async function pause(): Promise<void> {
  await setShopPaused(ctx, scope, seller.merchantId, true)
  await db.execute(
    sql`UPDATE merchant SET paused_at = now() - interval '2 minutes' WHERE id = ${seller.merchantId}::uuid`,
  )
}

const close = async (by = account) =>
  closeShop(ctx, scope, { slug, signed: await sign(await beginClosing(ctx, scope, slug), by) })
const words = async () => (await findClosingObstacles(seller.merchantId)).map((obstacle) => obstacle.words)

it('closes for good: 410, no API key, the slug stays taken, the books stay readable', async () => {
  const { key } = await createApiKey(ctx, scope, { name: 'reader', scopes: ['payments:read'] })
  const [row] = await db.query<{ path: string }>(sql`SELECT path FROM resource WHERE id = ${seller.resourceId}::uuid`)
  await pause()
  expect(await words()).toEqual([])
  await close()
  await closeResourceCache()
  expect((await getMerchant(scope, seller.merchantId)).closedAt).toBeInstanceOf(Date)
  await expect(quoteRequest({ target: `/gateway/${slug}${row?.path}` }, Date.now())).rejects.toMatchObject({
    code: 'shop-closed',
    status: 410,
  })
  const headers = new Headers({ authorization: `Bearer ${key}` })
  await expect(findApiKey(headers, 'payments:read')).rejects.toThrow(/revoked/)
  await expect(createApiKey(ctx, scope, { name: 'new', scopes: ['payments:read'] })).rejects.toMatchObject({
    code: 'stale-state',
  })
  expect(await isSlugFree(slug)).toBe(false)
  await expect(setShopPaused(ctx, scope, seller.merchantId, false)).rejects.toMatchObject({ code: 'stale-state' })
  await expect(beginClosing(ctx, scope, slug)).rejects.toMatchObject({ code: 'stale-state' })
  const events = await db.query<{ type: string }>(sql`
    SELECT type FROM audit_event WHERE merchant_id = ${seller.merchantId}::uuid AND type IN ('merchant.closed', 'api_key.revoked') ORDER BY type`)
  expect(events.map(({ type }) => type)).toEqual(['api_key.revoked', 'merchant.closed'])
})

it('is refused with the list of what must be finished', async () => {
  expect(await words()).toEqual(['Sales are on: pause all sales first'])
  await setShopPaused(ctx, scope, seller.merchantId, true)
  expect(await words()).toEqual([expect.stringContaining('less than a minute ago')])
  await pause()
  await insertSold(seller, { payments: 3, fromMs: Date.now() - 60_000, days: 1, payers: 1 })
  const [payment] = await db.query<{ id: string }>(
    sql`UPDATE payment SET settlement = 'pending' WHERE id IN (SELECT id FROM payment WHERE merchant_id = ${seller.merchantId}::uuid LIMIT 1) RETURNING id`,
  )
  await insertChannel(seller)
  await db.execute(sql`
    INSERT INTO refund (id, payment_id, kind, source, network, asset, "to", amount_base, status, reason)
    SELECT ${randomUUID()}::uuid, id, 'engine', 'signer', network, asset, payer, 1, 'due', 'x' FROM payment
    WHERE merchant_id = ${seller.merchantId}::uuid AND id <> ${payment?.id ?? ''}::uuid LIMIT 1`)
  expect(await words()).toEqual(['1 payment is not settled', '1 refund is not paid', '1 channel is not closed'])
  await expect(beginClosing(ctx, scope, slug)).rejects.toMatchObject({
    code: 'stale-state',
    message: 'Not yet: 1 payment is not settled; 1 refund is not paid; 1 channel is not closed.',
  })
})

it('needs the slug, an owner and a fresh signature of its own wallet, used once', async () => {
  await pause()
  await expect(beginClosing(ctx, scope, 'another')).rejects.toMatchObject({ fields: [{ field: 'slug' }] })
  for (const role of ['developer', 'finance', 'viewer'] as const)
    await expect(beginClosing(ctx, { ...scope, role }, slug)).rejects.toMatchObject({ code: 'not-allowed' })
  await expect(close(other)).rejects.toMatchObject({ code: 'not-signed-in' })
  await expect(closeShop(ctx, scope, { slug, signed: undefined })).rejects.toMatchObject({ code: 'not-signed-in' })
  // What turned up between the question and the signature counts.
  const signed = await sign(await beginClosing(ctx, scope, slug))
  await insertChannel(seller)
  await expect(closeShop(ctx, scope, { slug, signed })).rejects.toMatchObject({ code: 'stale-state' })
  expect((await getMerchant(scope, seller.merchantId)).closedAt).toBeNull()
})

it('is closed once when two owners close it at the same moment', async () => {
  await pause()
  const signed = await Promise.all([1, 2].map(async () => sign(await beginClosing(ctx, scope, slug))))
  const outcomes = await Promise.allSettled(signed.map((one) => closeShop(ctx, scope, { slug, signed: one })))
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})
