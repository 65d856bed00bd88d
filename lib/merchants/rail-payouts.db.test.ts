import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { createResource, closeResourceCache } from '.'

const setting = { secretKey: 'sk_test_x', profile: 'profile_test_x' }
vi.hoisted(() => (process.env.STRIPE = JSON.stringify({ secretKey: 'sk_test_x', profile: 'profile_test_x' })))
afterAll(async () => {
  await closeResourceCache()
  delete process.env.STRIPE
})

const address = `0x${'1'.repeat(40)}`
const ctx = createCtx({ kind: 'member', id: address })
const merchantId = randomUUID()
const network = `stripe:${setting.profile}`
let path = 0

beforeAll(() => db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`))
beforeEach(() => db.execute(sql`UPDATE merchant SET server_wallets = false WHERE id = ${merchantId}::uuid`))

function sell(payTo: string, operator = false): Promise<unknown> {
  const draft = {
    ...{
      name: 'Dossier',
      method: 'GET',
      path: `/${path++}`,
      upstreamUrl: 'https://api.example/dossier',
      price: '0.75',
    },
    payouts: [{ network, payTo }],
  }
  return createResource(ctx, { address, merchantId, operator, role: 'owner' }, draft)
}

const refusal = {
  code: 'bad-input',
  fields: [{ field: `payouts.${network}`, message: expect.stringMatching(/operator/) }],
}

it('a shop that the operator does not trust is not paid at the operator’s own balance', async () => {
  await expect(sell(setting.profile)).rejects.toMatchObject(refusal)
})

it('a shop is paid at an account of its own, and by an operator’s hand', async () => {
  await expect(sell('acct_1Shop')).resolves.toBeDefined()
  await expect(sell(setting.profile, true)).resolves.toBeDefined()
})

it('a shop that the operator trusts is', async () => {
  await db.execute(sql`UPDATE merchant SET server_wallets = true WHERE id = ${merchantId}::uuid`)
  await expect(sell(setting.profile)).resolves.toBeDefined()
})
