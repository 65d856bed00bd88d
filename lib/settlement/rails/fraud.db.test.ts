import { expect, it } from 'vitest'
import { createRule, listOpenAlerts } from '@/lib/alerts'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { setUpStripeGateway } from '@/sandbox/testing/stripe-gateway-harness'
import { refundFraud } from './refund-fraud'

const shop = setUpStripeGateway()
const soon = { timeout: 60_000, interval: 200 }
const ctx = createCtx({ kind: 'member', id: `0x${'1'.repeat(40)}` })
const member = (role: 'owner' | 'viewer' = 'owner') =>
  ({ merchantId: shop.merchantId(), operator: false, role, address: `0x${'1'.repeat(40)}` }) as MemberScope.MemberScope
const subjects = async () => (await listOpenAlerts(member())).map(({ subject }) => subject)

it('an early fraud warning alerts; the refund of one button ends it before a dispute', async () => {
  await createRule(ctx, member(), { kind: 'fraud' })
  const { id, txHash } = await shop.buy('pm_card_createIssuerFraudRecord')
  await expect.poll(subjects, soon).toContain(`payment:${id}`)
  await expect(refundFraud(ctx, member('viewer'), id)).rejects.toMatchObject({ code: 'not-allowed' })
  const first = await refundFraud(ctx, member(), id)
  expect(await refundFraud(ctx, member(), id)).toMatchObject({ id: first.id })
  const atStripe = () =>
    shop
      .stripe()
      .state.all('refund')
      .filter(({ payment_intent: intent }) => intent === txHash)
  await expect.poll(() => atStripe().map(({ reason }) => reason), soon).toEqual(['fraudulent'])
  await expect.poll(subjects, soon).toEqual([])
  await expect.poll(shop.dueEvents, soon).toBe(0)
  const [warning] = await db.query<{ actionable: boolean }>(
    sql`SELECT actionable FROM fraud_warning WHERE payment_id = ${id}::uuid`,
  )
  expect(warning).toEqual({ actionable: false })
  const charge = shop.stripe().state.find('payment_intent', txHash)?.latest_charge
  // The bank has nothing left to dispute.
  expect(() => shop.stripe().controls.openDispute(String(charge))).toThrow(/cannot be disputed/)
  expect(await shop.balanceOf(`clearing:${shop.stripe().profile}`)).toBe(shop.atStripe())
})
