import { randomBytes, randomUUID } from 'node:crypto'
import { bytesToHex, numberToHex, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { Eip3009, Erc20 } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { trackDue } from '@/lib/execution'
import { acceptPayment, type Payment } from '@/lib/payments'
import { evmNetwork, fundUsdc, usdc } from '../evm'
import { chains } from './chains'

// What the tests of booking share: claimed payments whose payers really signed, blocks on demand, and looks into the rows.

export const ctx = createCtx({ kind: 'system', id: 'test' })
export const price = 10_000n
const asset = usdc.toLowerCase() as Address
const domain = { name: 'USDC', version: '2', chainId: 84_532, verifyingContract: usdc } as const

export type Shop = { merchantId: string; resourceId: string; payTo: Address }

/** @param at a pay-to address; one of its own where it is left out. */
export async function openShop(at?: Address): Promise<Shop> {
  const [merchantId, resourceId] = [randomUUID(), randomUUID()]
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, ${merchantId}, 'Acme')`)
  await db.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
    VALUES (${resourceId}, ${merchantId}, 'GET', '/x', 'X', 'https://up.example/x', 10000)`)
  const payTo = at ?? (privateKeyToAccount(generatePrivateKey()).address.toLowerCase() as Address)
  return { merchantId, resourceId, payTo }
}

export async function newPayer(amountBase = price): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, amountBase)
  return payer
}

export async function authorize(payer: PrivateKeyAccount, to: Address): Promise<Eip3009.Eip3009Authorization> {
  const nonce = bytesToHex(randomBytes(32))
  const message = { from: payer.address, to, value: price, validAfter: 0n, validBefore: 2n ** 40n, nonce }
  const types = Eip3009.types
  const signature = await payer.signTypedData({ domain, types, primaryType: 'TransferWithAuthorization', message })
  const from = payer.address.toLowerCase() as Address
  const times = { validAfter: '0', validBefore: String(2n ** 40n) }
  return { kind: 'eip3009', from, to, value: price.toString(), ...times, nonce, signature }
}

/** A claimed payment of the price. */
export async function accept(shop: Shop, payer?: PrivateKeyAccount): Promise<Payment.Payment> {
  const instrument = await authorize(payer ?? (await newPayer()), shop.payTo)
  const accepted = await acceptPayment(ctx, {
    ...{ merchantId: shop.merchantId, resourceId: shop.resourceId, when: 'before', fingerprint: randomBytes(32) },
    ...{ balanceBase: 10n ** 12n, request: { method: 'GET', host: 'h', path: '/x', query: '' } },
    quote: { id: 'q', issuedAtMs: Date.now() },
    credential: {
      ...{ protocol: 'x402', wire: 'x402 v2', network: evmNetwork, asset, amountBase: price, payTo: shop.payTo },
      claimKey: `eip3009|${evmNetwork}|${asset}|${instrument.from}|${instrument.nonce}`,
      decoded: { x402Version: 2, payload: {} },
    },
    authorization: { scheme: 'exact', payer: instrument.from, when: 'before', challenge: {}, instrument },
  } as unknown as Parameters<typeof acceptPayment>[1])
  if (accepted.kind !== 'accepted') throw new Error('the claim was taken')
  return accepted.payment
}

export const mine = (blocks = 1) => chains().evm.rpc('anvil_mine', [numberToHex(blocks)])

/** From now on blocks come by `mine` only. */
export async function holdBlocks(): Promise<void> {
  await chains().evm.rpc('evm_setAutomine', [false])
  await chains().evm.rpc('evm_setIntervalMining', [0])
}

export async function freeBlocks(): Promise<void> {
  await chains().evm.rpc('evm_setAutomine', [true])
  await chains().evm.rpc('evm_setIntervalMining', [1])
}

/** Puts a transaction into the pool that takes everything from a payer, ahead of all that is there. */
export async function drain(payer: Address): Promise<void> {
  const { rpc } = chains().evm
  await rpc('anvil_setBalance', [payer, numberToHex(10n ** 18n)])
  await rpc('anvil_impersonateAccount', [payer])
  const data = Erc20.transferData(`0x${'dd'.repeat(20)}`, price)
  const fees = { maxFeePerGas: numberToHex(10n ** 12n), maxPriorityFeePerGas: numberToHex(10n ** 11n) }
  await rpc('eth_sendTransaction', [{ from: payer, to: usdc, data, gas: '0x30d40', ...fees }])
  await rpc('anvil_stopImpersonatingAccount', [payer])
}

/** Another party submits what a payer signed, ahead of all that is in the pool. */
export async function submitElsewhere({ instrument }: Payment.Payment): Promise<void> {
  const { rpc } = chains().evm
  const [from] = await rpc<string[]>('eth_accounts', [])
  const fees = { maxFeePerGas: numberToHex(10n ** 12n), maxPriorityFeePerGas: numberToHex(10n ** 11n) }
  const data = Eip3009.transferData(instrument as Eip3009.Eip3009Authorization)
  await rpc('eth_sendTransaction', [{ from, to: usdc, data, gas: '0x30d40', ...fees }])
}

/** The bytes of a transaction's newest attempt. */
export async function rawOf(transactionId: string): Promise<Hex> {
  const [attempt] = await db.query<{ raw: Buffer }>(
    sql`SELECT raw FROM attempt WHERE transaction_id = ${transactionId}::uuid ORDER BY seq DESC LIMIT 1`,
  )
  if (!attempt) throw new Error('nothing was signed')
  return bytesToHex(attempt.raw)
}

/** Runs the tracker with everything due. */
export async function track(): Promise<void> {
  await db.execute(sql`UPDATE transaction SET due_at = now() - interval '1 s', lease_until = NULL`)
  await db.execute(sql`UPDATE settlement_batch SET due_at = now() - interval '1 s'`)
  await db.execute(sql`UPDATE payment_watch SET due_at = now() - interval '1 s'`)
  await db.execute(sql`UPDATE refund SET due_at = now() - interval '1 s'`)
  await trackDue(ctx, 5_000)
}

export async function statusOf(paymentId: string): Promise<{ status: string; settlement: string } | undefined> {
  const [row] = await db.query<{ status: string; settlement: string }>(
    sql`SELECT status, settlement FROM payment WHERE id = ${paymentId}::uuid`,
  )
  return row
}

/** The ledger's balance of an account. */
export async function held(account: string): Promise<bigint> {
  const [row] = await db.query<{ amount: bigint }>(
    sql`SELECT coalesce(sum(amount), 0) AS amount FROM ledger_line WHERE account = ${account}`,
  )
  return row?.amount ?? 0n
}

export async function eventsOf(paymentId: string): Promise<string[]> {
  const events = await db.query<{ type: string }>(
    sql`SELECT type FROM audit_event WHERE payment_id = ${paymentId}::uuid ORDER BY seq`,
  )
  return events.map(({ type }) => type.replace('payment.', ''))
}
