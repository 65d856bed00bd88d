import { afterAll, beforeAll, expect, it } from 'vitest'
import { Settler } from '@/lib/chains'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { evmNetwork } from '@/sandbox/evm'
import { ctx } from '@/sandbox/testing/batch-channel-fixture'
import { chains } from '@/sandbox/testing/chains'
import { deploySettler } from '../index'

const { evm } = chains()

beforeAll(async () => {
  await evm.rpc('anvil_setCode', [Settler.address, '0x'])
  await ensureSigners(ctx)
})
afterAll(() => endHeartbeat())

it('puts the contract there once, by one transaction of ours', async () => {
  const outcomes = await Promise.allSettled([1, 2].map(() => deploySettler(ctx, evmNetwork, 60_000)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toMatchObject([{ value: { kind: 'included' } }])
  expect(await evm.rpc('eth_getCode', [Settler.address, 'latest'])).toBe(Settler.code)
  const later = { ...ctx, now: () => Date.now() + 3_600_000 }
  expect(await deploySettler(later, evmNetwork, 0)).toBeUndefined()
  expect(
    await db.query(
      sql`SELECT id FROM transaction WHERE "to" = ${Settler.address.toLowerCase()} OR purpose = 'settlement'`,
    ),
  ).toHaveLength(1)
})

it('says why it cannot be', async () => {
  await expect(deploySettler(ctx, 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1', 0)).rejects.toMatchObject({
    code: 'bad-request',
  })
})
