import { generateKeyPairSigner } from '@solana/kit'
import { afterAll, afterEach, expect, it } from 'vitest'
import { createCtx } from '../../ctx'
import { Svm, type Call } from '@/lib/chains'
import { db, endHeartbeat, sql, withTransaction } from '@/lib/db'
import { solanaNetwork as network, solanaUsdc, solanaUsdcBalance } from '@/sandbox/solana'
import { chains } from '@/sandbox/testing/chains'
import { signSolanaPayment, solanaParties } from '@/sandbox/testing/solana-payment-fixture'
import { solanaSeeds, solanaSigner } from '@/sandbox/testing/solana-signers'
import { awaitOutcome, enqueueTransaction, listSigners, submitDue, submitNow, trackDue } from '..'

const solana = await chains().solana()
const ctx = createCtx({ kind: 'system', id: 'test' })
const amountBase = 1_000n

afterEach(async () => {
  await solana.rpc('sandbox_hold', [false])
  await solana.rpc('sandbox_drop', [0])
})
afterAll(endHeartbeat)

async function payment(): Promise<{ call: Extract<Call, { bytes: unknown; kind: 'svm' }>; shop: string }> {
  const { payer, shop, feePayer } = await solanaParties(solana)
  const signed = await signSolanaPayment(solana, payer, { payTo: shop, feePayer, amountBase })
  const bytes = `0x${Buffer.from(signed, 'base64').toString('hex')}` as const
  return { shop, call: { kind: 'svm', network, purpose: 'settlement', signer: feePayer, bytes } }
}

const enqueue = (call: Call) => withTransaction((tx) => enqueueTransaction(tx, ctx, call))

type Row = { status: string; hash: string | null; feeLamports: bigint | null; error: string | null; attempts: bigint }
async function rowOf(id: string): Promise<Row> {
  const [row] = await db.query<Row>(sql`
    SELECT status, hash, fee_lamports AS "feeLamports", error,
      (SELECT count(*) FROM attempt WHERE transaction_id = t.id) AS attempts
    FROM transaction t WHERE id = ${id}::uuid`)
  if (!row) throw new Error('no row')
  return row
}

/** Looks after everything until the row has this status. */
async function trackUntil(id: string, status: string): Promise<Row> {
  await expect
    .poll(
      async () => {
        await db.execute(sql`UPDATE transaction SET due_at = now() WHERE id = ${id}::uuid`)
        await trackDue(ctx, 1_000)
        return (await rowOf(id)).status
      },
      { interval: 20 },
    )
    .toBe(status)
  return rowOf(id)
}

it('stores what it signs, sends it, and follows it until it is finalized', async () => {
  const { call, shop } = await payment()
  const { id } = await enqueue(call)
  expect(await rowOf(id)).toMatchObject({ status: 'signed', attempts: 1n })
  await submitNow(ctx, id)
  expect(await awaitOutcome(id, 10_000)).toMatchObject({ kind: 'included' })
  expect(await solanaUsdcBalance(solana, shop)).toBe(amountBase)
  // Two signatures, and 20,000 units at one micro-lamport.
  expect(await trackUntil(id, 'final')).toMatchObject({ feeLamports: 10_001n, error: null, attempts: 1n })
  await expect(enqueue(call)).rejects.toThrow(/unique|duplicate/i)
  const signers = (await listSigners()).filter((one) => one.network.network === network)
  expect(signers.map(({ purpose }) => purpose)).toEqual(['settlement', 'refund'])
  expect(signers[0]).toMatchObject({ balance: { decimals: 9, symbol: 'SOL' }, nonces: { ours: null, missing: null } })
  expect(BigInt(signers[0]?.feesToday.base ?? 0)).toBeGreaterThanOrEqual(10_001n)
})

it('sends the stored bytes of a process that died between signing and sending', async () => {
  const { call, shop } = await payment()
  const { id } = await enqueue(call)
  await db.execute(sql`UPDATE transaction SET due_at = now() WHERE id = ${id}::uuid`)
  await submitDue(ctx, 5_000)
  expect(await awaitOutcome(id, 10_000)).toMatchObject({ kind: 'included' })
  expect(await solanaUsdcBalance(solana, shop)).toBe(amountBase)
})

it('sends again what a node took and lost', async () => {
  const { call, shop } = await payment()
  const { id } = await enqueue(call)
  await solana.rpc('sandbox_drop', [1])
  await submitNow(ctx, id)
  expect(await rowOf(id)).toMatchObject({ status: 'submitted' })
  await trackUntil(id, 'final')
  expect(await solanaUsdcBalance(solana, shop)).toBe(amountBase)
  const [sent] = await db.query<{ broadcasts: number }>(sql`
    SELECT broadcasts FROM attempt WHERE transaction_id = ${id}::uuid`)
  expect(sent?.broadcasts).toBeGreaterThan(1)
})

it('gives up a payer’s transaction only when a finalized block is past its last valid height', async () => {
  const { call, shop } = await payment()
  const { id } = await enqueue(call)
  await solana.rpc('sandbox_drop', [1_000])
  await submitNow(ctx, id)
  await solana.rpc('sandbox_hold', [true])
  const [{ height } = { height: 0n }] = await db.query<{ height: bigint }>(sql`
    SELECT last_valid_height AS height FROM attempt WHERE transaction_id = ${id}::uuid`)
  const now = await solana.rpc<number>('getBlockHeight', [{ commitment: 'processed' }])
  await solana.rpc('sandbox_advance', [Number(height) - now + 1])
  await db.execute(sql`UPDATE transaction SET due_at = now() WHERE id = ${id}::uuid`)
  await trackDue(ctx, 1_000)
  expect(await rowOf(id)).toMatchObject({ status: 'submitted' })
  await solana.rpc('sandbox_advance', [16])
  expect(await trackUntil(id, 'expired')).toMatchObject({
    error: expect.stringContaining('blockhash expired') as string,
  })
  expect(await awaitOutcome(id, 0)).toMatchObject({ kind: 'failed' })
  expect(await solanaUsdcBalance(solana, shop)).toBe(0n)
})

it('signs its own transaction again when its blockhash has expired, and runs it once', async () => {
  const { address: wallet } = await solanaSigner(solanaSeeds.refund)
  const { address: to } = await generateKeyPairSigner()
  const moved = { mint: solanaUsdc, decimals: 6, from: wallet, to, amountBase, memo: 'refund of a test' }
  const instructions = Svm.Message.transfer(moved)
  const { id } = await enqueue({ kind: 'svm', network, purpose: 'refund', signer: wallet, instructions })
  await solana.rpc('sandbox_drop', [1_000])
  await submitNow(ctx, id)
  expect(await rowOf(id)).toMatchObject({ status: 'submitted', attempts: 1n })
  await solana.rpc('sandbox_advance', [200])
  await solana.rpc('sandbox_drop', [0])
  expect(await trackUntil(id, 'final')).toMatchObject({ attempts: 2n })
  expect(await solanaUsdcBalance(solana, to)).toBe(amountBase)
})

it('holds what lacks money, unsigned', async () => {
  const { address: wallet } = await solanaSigner(solanaSeeds.refund)
  const { address: to } = await generateKeyPairSigner()
  const moved = { mint: solanaUsdc, decimals: 6, from: wallet, to, amountBase: 10n ** 17n, memo: 'too much' }
  const instructions = Svm.Message.transfer(moved)
  const { id } = await enqueue({ kind: 'svm', network, purpose: 'refund', signer: wallet, instructions })
  await submitNow(ctx, id)
  expect(await rowOf(id)).toMatchObject({ status: 'held', attempts: 0n })
})
