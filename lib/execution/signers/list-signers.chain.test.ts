import { keccak256, type Hex } from 'viem'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { signersFor } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import {
  setUpExecution,
  age,
  ctx,
  enqueue,
  evm,
  look,
  network,
  proxy,
  skipTime,
  trackUntil,
  transfer,
} from '@/sandbox/testing/execution-harness'
import { tempoNetwork } from '@/sandbox/tempo'
import { listSigners, pickSigner, submitDue, submitNow } from '../index'

setUpExecution()

let first: Hex
let second: Hex
// Not before the rig has put its proxies into the environment.
beforeAll(() => {
  ;[first, second] = signersFor(network, 'execution').map(({ address }) => address) as [Hex, Hex]
})

async function find(address: string, on = network) {
  const views = await listSigners()
  const found = views.find((view) => view.address === address && view.network.network === on)
  if (!found) throw new Error(`${address} is not listed`)
  return found
}

/** Queues a call for one signer and drives it as far as it goes now. */
async function send(signer: Hex): Promise<string> {
  const { call } = transfer(5n, 'execution')
  if (call.kind !== 'call') throw new Error('not a call')
  const id = await enqueue({ ...call, signer })
  await submitNow(ctx, id)
  return id
}

const balanceOf = (address: Hex) => evm.rpc<Hex>('eth_getBalance', [address, 'latest'])
let firstBalance: Hex

beforeEach(async () => {
  firstBalance = await balanceOf(first)
})
afterEach(async () => {
  await evm.rpc('anvil_setBalance', [first, firstBalance])
})

it('lists every signer on every network, and no gas days without a history', async () => {
  const views = await listSigners()
  expect(views.map((view) => `${view.network.network} ${view.purpose} ${view.kind}`)).toEqual(
    [network, tempoNetwork].flatMap((on) =>
      ['settlement', 'refund', 'execution', 'execution'].map((purpose) => `${on} ${purpose} env`),
    ),
  )
  const view = await find(first)
  expect(view).toMatchObject({ inFlight: 0, inFlightMax: 64, daysLeft: null, feesToday: { base: '0' }, feeToken: null })
  expect(view.nonces).toMatchObject({ ours: '0', mined: '0', pending: '0', missing: 0 })
  expect(await find(first, tempoNetwork)).toMatchObject({ feeToken: expect.stringMatching(/^0x20c0/i) as string })
})

it('tells what was spent, and how long the rest lasts', async () => {
  const ids = [await send(first), await send(first)]
  for (const id of ids) await trackUntil(id, 'final')
  const fees = await db.query<{ wei: bigint }>(sql`
    SELECT gas_used * gas_price AS wei FROM transaction WHERE id = ANY(${ids}::uuid[])
    ORDER BY array_position(${ids}::uuid[], id)`)
  const spentWei = fees.reduce((sum, { wei }) => sum + wei, 0n)
  const view = await find(first)
  expect(view.feesToday).toMatchObject({ base: spentWei.toString(), symbol: 'ETH' })
  // All of it within the hour that counts at least.
  const wei = Number(BigInt(await balanceOf(first)))
  expect(view.daysLeft).toBeCloseTo(wei / Number(spentWei) / 24, 0)
  // Of an older lane the whole window counts.
  await db.execute(
    sql`UPDATE transaction SET included_at = included_at - interval '8 days' WHERE id = ${ids[0] ?? ''}::uuid`,
  )
  const rest = await find(first)
  expect(rest.daysLeft).toBeCloseTo((wei / Number(fees[1]?.wei)) * 7, -1)
  expect(await find(second)).toMatchObject({ daysLeft: null, feesToday: { base: '0' } })
})

it('shows what waits, and what the pool has lost', async () => {
  await evm.rpc('evm_setAutomine', [false])
  await evm.rpc('evm_setIntervalMining', [0])
  const ours = Number((await find(second)).nonces.ours)
  const ids = [await send(second)]
  // The endpoint takes the second one, and loses it.
  proxy.fault = ({ method, params }) =>
    method === 'eth_sendRawTransaction' ? { result: keccak256((params as [Hex])[0]) } : 'forward'
  ids.push(await send(second))
  await db.execute(
    sql`UPDATE transaction SET submitted_at = now() - interval '2 minutes' WHERE id = ${ids[0] ?? ''}::uuid`,
  )
  expect(await find(second)).toMatchObject({
    inFlight: 2,
    stuck: 1,
    nonces: { ours: `${ours + 2}`, mined: `${ours}`, pending: `${ours + 1}`, missing: 1 },
  })
  proxy.fault = () => 'forward'
  await evm.rpc('evm_setIntervalMining', [2])
  // Long enough ago to be sent again.
  for (const id of ids) await age(id, 600)
  for (const id of ids) await trackUntil(id, 'final')
  expect(await find(second)).toMatchObject({ inFlight: 0, stuck: 0, nonces: { mined: `${ours + 2}`, missing: 0 } })
})

it('says why something is held, and gives the next one to a signer that can pay', async () => {
  await evm.rpc('anvil_setBalance', [first, '0x1'])
  await db.execute(sql`SELECT pg_sleep(6.1)`) // A known balance is believed for three blocks.
  const id = await send(first)
  expect((await look(id)).status).toBe('held')
  const view = await find(first)
  expect(view).toMatchObject({ held: 1, queued: 0, balance: { base: '1' } })
  expect(view.heldReason).toMatch(new RegExp(`^${first} needs .* ETH more for gas`))
  for (let round = 0; round < 8; round++)
    expect((await withTransaction((tx) => pickSigner(tx, network, 'execution')))?.address).toBe(second)
  await evm.rpc('anvil_setBalance', [first, firstBalance])
  await skipTime(id)
  await submitDue(ctx, 5_000)
  await trackUntil(id, 'final')
})
