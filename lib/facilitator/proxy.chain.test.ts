import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, describe, expect, it } from 'vitest'
import { evmNetwork, fundGas } from '@/sandbox/evm'
import { startMisbehaving } from '@/sandbox/facilitators/misbehaving'
import { createReference } from '@/sandbox/facilitators/reference'
import { chains } from '@/sandbox/testing/chains'
import {
  setUpFacilitator,
  balance,
  facilitator,
  newPayer,
  requirements,
  sent,
  sign,
} from '@/sandbox/testing/facilitator-harness'
import { addUpstream, routeTo } from '@/sandbox/testing/remote-facilitator-fixture'
import { db, sql } from '@/lib/db'
import { flushFacilitations } from './record-facilitation'
import { trueUpFacilitations } from './true-up-facilitations'

setUpFacilitator()

// Before the rig reads the environment, which is read once.
const privateKey = generatePrivateKey()
await fundGas(chains().evm, privateKeyToAccount(privateKey).address, 10n ** 20n)
const others = await startMisbehaving({
  reference: createReference({ rpcUrl: chains().evm.url, network: evmNetwork, privateKey }),
  foreignHash: () => `0x${'fe'.repeat(32)}`,
  otherChain: { network: 'eip155:1', hash: () => `0x${'0c'.repeat(32)}` },
})
process.env.UPSTREAM_ALLOW = `127.0.0.1:${others.port}`
afterAll(() => others.close())

async function house(): Promise<string> {
  const [merchant] = await db.query<{ id: string }>(sql`SELECT id FROM merchant WHERE slug = 'house'`)
  return merchant?.id ?? ''
}

async function settleOne() {
  const payload = await sign(await newPayer())
  await facilitator.verify(payload, requirements())
  return { payload, told: await facilitator.settle(payload, requirements()) }
}

type Row = { outcome: string; gas: bigint | null; upstream: string | null }

async function records(): Promise<Row[]> {
  await flushFacilitations()
  await trueUpFacilitations()
  return db.query<Row>(sql`
    SELECT f.outcome, f.gas_base AS gas, u.name AS upstream
    FROM facilitation f LEFT JOIN facilitator_upstream u ON u.id = f.upstream_id
    WHERE f.kind = 'settle' ORDER BY f.created_at`)
}

const usage = () =>
  db.query<{ gas: bigint; settlements: number; amount: bigint }>(sql`
    SELECT gas_base AS gas, settlements, amount_micros AS amount FROM facilitator_usage WHERE network = ${evmNetwork}`)

describe('a facilitator in front of others', () => {
  it('settles by ourselves at what it cost, which is what its caller used', async () => {
    const { told } = await settleOne()
    expect(told.success).toBe(true)
    const [fee] = await db.query<{ wei: bigint }>(sql`SELECT gas_used * gas_price AS wei FROM transaction`)
    expect(fee?.wei).toBeGreaterThan(0n)
    expect(await records()).toEqual([{ outcome: 'settled', gas: fee?.wei, upstream: null }])
    expect(await usage()).toEqual([{ gas: fee?.wei, settlements: 1, amount: 10_000n }])
  })

  it('hands it on by the route, and pays nothing for it', async () => {
    const merchantId = await house()
    await routeTo(merchantId, [await addUpstream(merchantId, `${others.url}/honest`, 5_000)])
    const [bytes, before] = [await sent(), await balance()]
    const { told, payload } = await settleOne()
    expect(told).toMatchObject({ success: true, network: evmNetwork })
    expect(await facilitator.settle(payload, requirements())).toEqual(told)
    expect([(await balance()) - before, await sent(), others.settles('honest')]).toEqual([10_000n, bytes, 1])
    expect((await records()).at(-1)).toMatchObject({
      outcome: 'settled',
      gas: 0n,
      upstream: expect.stringContaining('honest'),
    })
    const [used] = await usage()
    expect(used?.settlements).toBe(2)
  })

  it('does not pass on what one of them only claims', async () => {
    const merchantId = await house()
    await routeTo(merchantId, [await addUpstream(merchantId, `${others.url}/false-success`), 'local'])
    const bytes = await sent()
    const { told, payload } = await settleOne()
    expect(told).toMatchObject({ success: false, errorReason: 'settlement_pending' })
    expect(await facilitator.settle(payload, requirements())).toMatchObject({ success: false })
    expect([await sent(), others.settles('false-success')]).toEqual([bytes, 1])
    expect((await records()).at(-1)).toMatchObject({ outcome: 'pending', gas: null })
  })
})
