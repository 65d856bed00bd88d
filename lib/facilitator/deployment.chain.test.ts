import { expect, it } from 'vitest'
import { evmNetwork } from '@/sandbox/evm'
import {
  setUpFacilitator,
  balance,
  facilitator,
  payTo,
  requirements,
  sent,
  sign,
} from '@/sandbox/testing/facilitator-harness'
import {
  setUpAccountFactory,
  allow,
  callsOf,
  deployments,
  factory,
  isThere,
  newAccount,
} from '@/sandbox/testing/smart-account-fixture'
import { addressesFor } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { trueUpFacilitations } from './true-up-facilitations'

setUpFacilitator()
setUpAccountFactory()

// Another server hands in a payment whose account does not exist yet (ERC-6492): the same rules as at the gateway, and what
// its deployment cost counts against the caller's gas.

const signedBy = async () => {
  const account = await newAccount()
  return { account, payload: await sign(account.signing() as never) }
}

const usage = async () =>
  (
    await db.query<{ gas: bigint }>(
      sql`SELECT gas_base AS gas FROM facilitator_usage WHERE caller = 'public' AND network = ${evmNetwork}`,
    )
  )[0]?.gas ?? 0n

it('is refused by both verbs where its call is not allowed', async () => {
  allow()
  const { account, payload } = await signedBy()
  const bytes = await sent()
  expect(await facilitator.verify(payload, requirements())).toMatchObject({ isValid: false })
  expect(await facilitator.settle(payload, requirements())).toMatchObject({ success: false })
  expect([await sent(), await isThere(account.address)]).toEqual([bytes, false])
})

it('is deployed by an execution key, settled, and both are on the caller’s gas', async () => {
  allow(...callsOf(factory))
  const { account, payload } = await signedBy()
  const before = { paid: await balance(), gas: await usage() }
  expect(await facilitator.verify(payload, requirements())).toMatchObject({ isValid: true })
  expect(await isThere(account.address)).toBe(false)
  const settled = await facilitator.settle(payload, requirements())
  expect(settled).toMatchObject({ success: true })
  expect(await facilitator.settle(payload, requirements())).toMatchObject({ transaction: settled.transaction })
  expect([await balance(payTo), await balance(account.address)]).toEqual([before.paid + 10_000n, 990_000n])
  const [deployed, ...more] = await deployments()
  expect(more).toEqual([])
  expect(addressesFor(evmNetwork, 'settlement')).not.toContain(deployed?.signer)

  await expect
    .poll(
      async () => (
        await trueUpFacilitations(),
        (await db.query(sql`SELECT 1 FROM facilitator_hold WHERE settled_at IS NULL`)).length
      ),
    )
    .toBe(0)
  const [{ cost } = { cost: 0n }] = await db.query<{ cost: bigint }>(sql`
    SELECT gas_used * gas_price AS cost FROM transaction WHERE purpose = 'settlement' ORDER BY created_at DESC LIMIT 1`)
  const both = cost + ((await deployments())[0]?.costWei ?? 0n)
  expect((await usage()) - before.gas).toBe(both)
  const [noted] = await db.query<{ gas: bigint }>(sql`
    SELECT gas_base AS gas FROM facilitation WHERE kind = 'settle' AND outcome = 'settled'`)
  expect(noted?.gas).toBe(both)
})
