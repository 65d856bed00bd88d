import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { signersFor } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import { pickSigner } from './pick-signer'

const network = 'eip155:84532'
const [first, second] = signersFor(network, 'execution').map(({ address }) => address)
if (!first || !second) throw new Error('the tests need two execution signers')

const insert = (signer: string, status: string, heldReason: string | null = null, kind = 'call') =>
  db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status, held_reason)
    VALUES (${randomUUID()}::uuid, ${network}, ${kind}, ${signer}, 'execution', ${status}::transaction_status, ${heldReason})`)

async function picked(purpose: 'execution' | 'settlement' = 'execution'): Promise<string[]> {
  const seen = new Set<string>()
  for (let round = 0; round < 24; round++)
    seen.add((await withTransaction((tx) => pickSigner(tx, network, purpose)))?.address ?? 'none')
  return [...seen].toSorted()
}

afterEach(() => db.execute(sql`DELETE FROM transaction`))

it('takes the lane with the fewest open transactions, and equals by lot', async () => {
  expect(await picked()).toEqual([first, second].toSorted())
  await insert(first, 'queued')
  expect(await picked()).toEqual([second])
  await insert(second, 'submitted')
  await insert(second, 'held', 'the fee cap is below the market')
  expect(await picked()).toEqual([first])
})

it('counts neither what has ended nor what a payer signed', async () => {
  await insert(first, 'queued')
  for (const status of ['final', 'failed', 'reverted', 'included']) await insert(second, status)
  for (let times = 0; times < 3; times++) await insert(second, 'submitted', null, 'raw')
  expect(await picked()).toEqual([second])
})

it('passes over a lane that waits for funds, unless all do', async () => {
  await insert(first, 'held', `${first} needs 0.1 ETH more for gas (it holds 0)`)
  for (let times = 0; times < 3; times++) await insert(second, 'submitted')
  expect(await picked()).toEqual([second])
  await insert(second, 'held', `${second} needs 0.1 ETH more for gas (it holds 0)`)
  expect(await picked()).toEqual([first])
})

it('has no choice where there is one signer', async () => {
  const only = signersFor(network, 'settlement')[0]?.address
  expect(await picked('settlement')).toEqual([only])
})
