import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { usdc } from '@/sandbox/evm'
import { accept, ctx, insertSeller, offer, settle } from '@/sandbox/testing/payment-fixture'
import { deliverPayment, previewRefunds, requestRefund, type Payment } from '.'

vi.hoisted(() => (process.env.REFUND_WALLET_FOR = 'all'))
afterAll(() => delete process.env.REFUND_WALLET_FOR)
beforeAll(insertSeller)

const member = createCtx({ kind: 'member', id: `0x${'1'.repeat(40)}` })
let payment: Payment.Payment

beforeEach(async () => {
  const input = offer()
  payment = await accept({ ...input, credential: { ...input.credential, asset: usdc.toLowerCase() } })
  await settle(payment)
  await deliverPayment(ctx, { paymentId: payment.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }, payment)
})

const allow = (isAllowed: boolean) =>
  db.execute(sql`UPDATE merchant SET server_wallets = ${isAllowed} WHERE id = ${payment.merchantId}::uuid`)

function ask(change: Partial<MemberScope.MemberScope> = {}): Promise<{ id: string }> {
  const owner = { operator: false, merchantId: payment.merchantId, address: member.actor.id, role: 'owner' } as const
  const request = { reason: 'The answer was wrong.', wallet: null }
  return requestRefund(
    member,
    { ...owner, ...change },
    { paymentId: payment.id, request, idempotencyKey: randomUUID() },
  )
}

/** What the form for several payments says beforehand. */
async function obstacle({ operator = false } = {}): Promise<string | null | undefined> {
  const [candidate] = await previewRefunds({ operator, merchantId: payment.merchantId }, [payment.id])
  return candidate?.signerObstacle
}

it('pays what a member of a shop requests that server wallets pay for', async () => {
  await allow(true)
  expect(await obstacle()).toBeNull()
  await expect(ask()).resolves.toMatchObject({ isReplay: false })
})

it('pays nothing that a member of another shop requests: it could pay and refund itself', async () => {
  await allow(false)
  expect(await obstacle()).toMatch(/does not pay for this shop/)
  expect(await obstacle({ operator: true })).toBeNull()
  const fields = [{ field: 'wallet', message: expect.stringMatching(/does not pay for this shop/) }]
  await expect(ask()).rejects.toMatchObject({ code: 'bad-input', fields })
  await expect(ask({ operator: true })).resolves.toMatchObject({ isReplay: false })
})
