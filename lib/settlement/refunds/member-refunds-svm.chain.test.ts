import { randomUUID } from 'node:crypto'
import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { ExactSvmScheme } from '@x402/svm/exact/client'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { handle } from '@/lib/gateway'
import { startLoop } from '@/lib/jobs'
import { closeResourceCache } from '@/lib/merchants'
import { cancelRefund, requestRefund } from '@/lib/payments'
import { fundSol, fundSolanaUsdc, solanaNetwork, solanaUsdcBalance } from '@/sandbox/solana'
import { chains } from '@/sandbox/testing/chains'
import { openShop } from '@/sandbox/testing/shop-fixture'
import { craftSolanaPayment, solanaParties } from '@/sandbox/testing/solana-payment-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { nameRefundTransfer, payRefunds } from '..'

// Refunds on Solana that the merchant's own wallet pays. On EVM: member-refunds.chain.test.ts.

const solana = await chains().solana()
const price = 10_000n
const ctx = createCtx({ kind: 'system', id: 'test' })
const owner = privateKeyToAddress(generatePrivateKey()).toLowerCase()
const member = createCtx({ kind: 'member', id: owner })
let upstream: Upstream
let shop: KeyPairSigner
let merchantId: string
let stopLoop: () => Promise<void>
let payment: { id: string; payer: string }

beforeAll(async () => {
  upstream = await startUpstream({})
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port}`
  process.env.SETTLE_DEADLINE_MS = '4000'
  shop = await newWallet(0n)
  ;({ merchantId } = await openShop(upstream.baseUrl, privateKeyToAddress(generatePrivateKey())))
  await db.execute(sql`INSERT INTO resource_payout SELECT id, ${solanaNetwork}, ${shop.address} FROM resource`)
  await db.execute(sql`
    UPDATE resource_price SET pay_to = pay_to || jsonb_build_object(${solanaNetwork}::text, ${shop.address}::text)`)
  stopLoop = startLoop().stop
})
afterAll(async () => {
  await stopLoop()
  await closeResourceCache()
  await upstream.stop()
})

/** A wallet with gas and tokens. */
async function newWallet(tokensBase = 1_000_000n): Promise<KeyPairSigner> {
  const wallet = await generateKeyPairSigner()
  await fundSol(solana, wallet.address, 10n ** 9n)
  await fundSolanaUsdc(solana, wallet.address, tokensBase)
  return wallet
}

/** A payment of the official client, settled and answered. */
beforeEach(async () => {
  const { payer } = await solanaParties(solana)
  const pay = wrapFetchWithPaymentFromConfig((input, init) => handle(new Request(input, init)), {
    schemes: [{ network: solanaNetwork, client: new ExactSvmScheme(payer, { rpcUrl: solana.url }) }],
  })
  await pay('http://sluice.test/gateway/acme/fortune')
  const [row] = await db.query<{ id: string; payer: string }>(
    sql`SELECT id, payer FROM payment WHERE payer = ${payer.address} AND status = 'delivered'`,
  )
  if (!row) throw new Error('nothing was sold')
  payment = row
})

const scope = (): MemberScope.MemberScope => ({ operator: false, merchantId, address: owner, role: 'owner' })

const ask = async (wallet: string, amountBase: bigint): Promise<string> =>
  (
    await requestRefund(member, scope(), {
      paymentId: payment.id,
      request: { reason: 'The answer was wrong.', wallet, amountBase: amountBase.toString() },
      idempotencyKey: randomUUID(),
    })
  ).id

/** A transfer that the wallet signs and pays for itself. @returns its signature. */
async function transfer(from: KeyPairSigner, to: string, amountBase: bigint): Promise<string> {
  const parties = { payTo: to, feePayer: from.address, amountBase }
  const wire = await craftSolanaPayment(solana, from, parties, {})
  const signature = await solana.rpc<string>('sendTransaction', [wire, { encoding: 'base64', skipPreflight: true }])
  // It stands in the next slot, which is not final yet.
  await solana.rpc('sandbox_advance', [2])
  return signature
}

const nameHash = (id: string, hash: string) => nameRefundTransfer(member, scope(), { id, hash })
const finalize = () => solana.rpc('sandbox_advance', [100])

type Seen = { status: string; heldReason: string | null; txHash: string | null; logIndex: number | null }

async function look(id: string): Promise<Seen> {
  const [row] = await db.query<Seen>(
    sql`SELECT status::text, held_reason, tx_hash, log_index FROM refund WHERE id = ${id}::uuid`,
  )
  return row!
}

async function work(): Promise<void> {
  await db.execute(sql`UPDATE refund SET due_at = now() - interval '1 s'`)
  await payRefunds(ctx, 60_000)
}

const untilPaid = (id: string) =>
  expect.poll(async () => work().then(() => look(id)), { interval: 50 }).toMatchObject({ status: 'paid' })

const held = async (account: string): Promise<bigint> => {
  const [row] = await db.query<{ amount: bigint }>(
    sql`SELECT coalesce(sum(amount), 0) AS amount FROM ledger_line WHERE account = ${account}`,
  )
  return row?.amount ?? 0n
}

const statusOf = async () => {
  const [row] = await db.query<{ status: string }>(sql`SELECT status FROM payment WHERE id = ${payment.id}::uuid`)
  return row?.status
}

it('another one of its wallets: booked when final, the payer has its money, and the books say whose it was', async () => {
  const wallet = await newWallet()
  const before = await solanaUsdcBalance(solana, payment.payer)
  const payable = await held(`refund_payable:${merchantId}`)
  const id = await ask(wallet.address, price)
  expect(await held(`refund_payable:${merchantId}`)).toBe(payable - price)
  const signature = await transfer(wallet, payment.payer, price)
  expect(await nameHash(id, signature)).toMatch(/^The transfer is on chain/)
  await finalize()
  await untilPaid(id)
  expect(await look(id)).toMatchObject({ txHash: signature, logIndex: expect.any(Number) })
  expect(await solanaUsdcBalance(solana, payment.payer)).toBe(before + price)
  expect(await held(`own_wallet:${wallet.address}`)).toBe(-price)
  expect(await held(`refund_payable:${merchantId}`)).toBe(payable)
  expect(await statusOf()).toBe('refunded')
  // Named again, it stays one refund.
  await expect(nameHash(id, signature)).rejects.toMatchObject({ code: 'not-refundable' })
})

it('the address that payments arrive at: its cash shrinks by what it sent, as the chain says', async () => {
  const id = await ask(shop.address, 4_000n)
  const signature = await transfer(shop, payment.payer, 4_000n)
  await nameHash(id, signature)
  await finalize()
  await untilPaid(id)
  expect(await held(`cash:${shop.address}`)).toBe(await solanaUsdcBalance(solana, shop.address))
  expect(await statusOf()).toBe('delivered')
})

it('a signature that does not show exactly the transfer is refused, and changes nothing', async () => {
  const [wallet, other, stranger] = [await newWallet(), await newWallet(), await newWallet()]
  const id = await ask(wallet.address, 4_000n)
  for (const signature of [
    await transfer(wallet, payment.payer, 3_999n),
    await transfer(wallet, stranger.address, 4_000n),
    await transfer(other, payment.payer, 4_000n),
  ])
    await expect(nameHash(id, signature)).rejects.toMatchObject({
      code: 'bad-input',
      fields: [{ field: 'hash', message: expect.stringMatching(/does not send exactly the amount/) }],
    })
  for (const malformed of ['', 'abc', `0x${'1'.repeat(64)}`])
    await expect(nameHash(id, malformed)).rejects.toMatchObject({ fields: [{ field: 'hash' }] })
  expect(await look(id)).toMatchObject({ status: 'due', txHash: null })
})

it('a transfer pays one refund', async () => {
  const wallet = await newWallet()
  const [one, two] = [await ask(wallet.address, 1_000n), await ask(wallet.address, 1_000n)]
  const signature = await transfer(wallet, payment.payer, 1_000n)
  await Promise.allSettled([nameHash(one, signature), nameHash(two, signature)])
  await finalize()
  await expect
    .poll(async () => {
      await work()
      return (await Promise.all([one, two].map(look))).map(({ status }) => status).toSorted()
    })
    .toEqual(['due', 'paid'])
  const unpaid = (await look(one)).status === 'due' ? one : two
  await expect(nameHash(unpaid, signature)).rejects.toMatchObject({
    fields: [{ message: 'This transaction already pays another refund.' }],
  })
})

it('a transaction that is not there is looked for, and replaced by one that is', async () => {
  const wallet = await newWallet()
  const id = await ask(wallet.address, 2_000n)
  expect(await nameHash(id, '1'.repeat(88))).toMatch(/does not show the transaction yet/)
  await work()
  expect(await look(id)).toMatchObject({ status: 'sent', txHash: '1'.repeat(88), logIndex: null })
  await expect(cancelRefund(member, scope(), id)).rejects.toMatchObject({ code: 'not-refundable' })
  const signature = await transfer(wallet, payment.payer, 2_000n)
  await nameHash(id, signature)
  await finalize()
  await untilPaid(id)
  expect((await look(id)).txHash).toBe(signature)
})

it('a transaction that failed moved nothing: it is refused', async () => {
  const poor = await newWallet(1n)
  const id = await ask(poor.address, 2_000n)
  const signature = await transfer(poor, payment.payer, 2_000n)
  await expect(nameHash(id, signature)).rejects.toMatchObject({
    fields: [{ message: 'This transaction failed: it moved nothing.' }],
  })
  expect(await look(id)).toMatchObject({ status: 'due', txHash: null })
})
