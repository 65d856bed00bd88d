import type { Address, Hex } from 'viem'
import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { recordEvents, type Event } from '@/lib/audit'
import { Chain, signerFor, type LocalSigner, type Member, type RemoteSigner, type Unsigned } from '@/lib/chains'
import { json, sql, withTransaction, type Tx } from '@/lib/db'
import type * as Attempt from './Attempt'
import { ensureSigner } from './ensure-signers'
import { leaseMs } from './lease'
import type { Offer } from './price-call'
import { toHex } from './row'
import type * as Transaction from './Transaction'

export type Signed = { hash: Hex; raw: Buffer; seq: number; private: boolean }

/** What is to be signed beside the call itself. */
export type Wanted = { kind: Attempt.Attempt['kind']; offer: Offer; simulation?: Transaction.Simulation }

/** No attempt: the lease was lost (nothing may be sent), or the lane has as many in flight as it may. */
export type NotSigned = 'lost' | 'full'

/**
 * Signs an attempt and commits it before anything is sent. The first attempt takes the lane's next nonce, a replacement
 * keeps its own. A key in this process signs inside the transaction that takes the nonce, so that a slot exists exactly
 * when its bytes do. A key elsewhere is asked between two transactions: the slot belongs to this transaction from the first
 * one on, and whoever drives it next signs for the same nonce.
 * @throws Error when the key is no longer configured; SignerError when its keeper does not sign.
 */
export async function signAttempt(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  wanted: Wanted,
): Promise<Signed | NotSigned> {
  const signer = signerFor(transaction.network, transaction.purpose, transaction.signer as Address)
  if (!signer) throw new Error(`the key of ${transaction.signer} for ${transaction.purpose} is no longer configured`)
  const sign = () =>
    signer.remote ? signElsewhere(ctx, transaction, signer, wanted) : signInside(ctx, transaction, signer, wanted)
  const signed = await sign()
  if (signed !== 'no lane') return signed
  await ensureSigner(transaction.network, transaction.purpose, transaction.signer)
  const second = await sign()
  if (second === 'no lane') throw new Error(`the nonce lane of ${transaction.signer} could not be made`)
  return second
}

type Lane = NotSigned | 'no lane'

function signInside(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  signer: LocalSigner,
  wanted: Wanted,
): Promise<Signed | Lane> {
  return withTransaction(async (tx) => {
    const nonce = await slotOf(tx, transaction)
    if (typeof nonce !== 'bigint') return nonce
    failpoint('after-slot')
    const bytes = signer.signTransaction(unsigned(transaction, wanted, nonce))
    failpoint('after-sign')
    return store(tx, ctx, transaction, wanted, { ...bytes, nonce })
  })
}

async function signElsewhere(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  signer: RemoteSigner,
  wanted: Wanted,
): Promise<Signed | Lane> {
  const nonce = await withTransaction(async (tx) => {
    const slot = await slotOf(tx, transaction)
    if (typeof slot === 'bigint' && transaction.nonce === null)
      await tx.execute(sql`UPDATE transaction SET nonce = ${slot} WHERE id = ${transaction.id}::uuid`)
    return slot
  })
  if (typeof nonce !== 'bigint') return nonce
  const bytes = await signer.signTransaction(unsigned(transaction, wanted, nonce))
  failpoint('after-sign')
  const owned = { ...transaction, nonce }
  return withTransaction(async (tx) => {
    if ((await keepSlot(tx, owned)) === undefined) return 'lost'
    return store(tx, ctx, owned, wanted, { ...bytes, nonce })
  })
}

function unsigned(transaction: Transaction.Transaction, { kind, offer }: Wanted, nonce: bigint): Unsigned {
  const { signer, to, data, value } = transaction
  const { gas, fee, legacy } = offer
  const self = signer as Address
  const dynamic = { maxFeePerGas: fee.maxFeePerGas, maxPriorityFeePerGas: fee.tipPerGas }
  const calls = callsOf(transaction)
  // A pool takes no replacement of another type.
  if (calls) return { nonce, gas, ...dynamic, calls: kind === 'cancel' ? [{ to: self, data: '0x' }] : calls }
  const price = legacy ? { legacy: true as const, gasPrice: fee.maxFeePerGas } : dynamic
  if (kind === 'cancel') return { nonce, gas, ...price, to: self, data: new Uint8Array(), value: 0n }
  return { nonce, gas, ...price, to: to as Address, data: data ?? new Uint8Array(), value }
}

/** What goes into a type 0x76: several calls, and one alone too, because only that type is everywhere paid in tokens. */
function callsOf({ network, calls, to, data, value }: Transaction.Transaction): readonly Member[] | null {
  if (calls || Chain.get(network).family !== 'tempo' || value > 0n) return calls
  return [{ to: to as Address, data: toHex(data ?? new Uint8Array()) }]
}

async function store(
  tx: Tx,
  ctx: Ctx,
  transaction: Transaction.Transaction,
  { kind, offer, simulation }: Wanted,
  { hash, raw, nonce }: { hash: Hex; raw: Buffer; nonce: bigint },
): Promise<Signed> {
  const { id, attempts, submission } = transaction
  const { fee, gas, legacy } = offer
  const isFirst = attempts.length === 0
  const seq = (attempts.at(-1)?.seq ?? 0) + 1
  // Once the bytes of one attempt are public, those of the next gain nothing by being private.
  const isPrivate = submission !== 'public' && attempts.every((attempt) => attempt.private)
  const signed = isFirst
    ? sql`status = 'signed', held_reason = NULL, nonce = ${nonce}, simulation = ${simulation ? json(simulation) : null}::jsonb,`
    : sql`held_reason = CASE WHEN status = 'submitted' THEN NULL ELSE held_reason END,`
  await tx.execute(sql`
    WITH stored AS (
      INSERT INTO attempt (hash, transaction_id, seq, kind, legacy, private, raw, max_fee_per_gas, tip_per_gas, gas)
      VALUES (${hash}, ${id}::uuid, ${seq}, ${kind}, ${legacy}, ${isPrivate}, ${raw}, ${fee.maxFeePerGas}, ${fee.tipPerGas},
        ${gas}))
    UPDATE transaction SET ${signed} lease_until = now() + make_interval(secs => ${leaseMs / 1000}) WHERE id = ${id}::uuid`)
  const about = { hash, seq, nonce, gas, maxFeePerGasWei: fee.maxFeePerGas, tipPerGasWei: fee.tipPerGas }
  const data = { ...about, ...(kind === 'cancel' && { kind }), ...(isPrivate && { private: true }) }
  const events: Event.Event[] = [{ type: `transaction.${isFirst ? 'signed' : 'replaced'}`, transactionId: id, data }]
  if (simulation && isFirst)
    events.unshift({ type: 'transaction.simulated', transactionId: id, data: { ...simulation } })
  await recordEvents(tx, ctx, events)
  return { hash, raw, seq, private: isPrivate }
}

function slotOf(tx: Tx, transaction: Transaction.Transaction): Promise<bigint | Lane> {
  return transaction.nonce === null
    ? takeSlot(tx, transaction)
    : keepSlot(tx, transaction).then((nonce) => nonce ?? 'lost')
}

/**
 * The lane's next nonce for this transaction, whose row is locked and must still be under our epoch. The signer's row is the
 * counter; it stays locked until the slot is stored. No network call happens meanwhile. What is in flight is counted after
 * the lock was taken, so that no two drivers count the same room.
 */
async function takeSlot(tx: Tx, { id, epoch, network, signer }: Transaction.Transaction): Promise<bigint | Lane> {
  const [locked] = await tx.query<{ mine: boolean; lane: boolean }>(sql`
    WITH mine AS (
      SELECT 1 FROM transaction
      WHERE id = ${id}::uuid AND epoch = ${epoch} AND nonce IS NULL AND status IN ('queued', 'held') FOR UPDATE),
    lane AS (SELECT 1 FROM signer WHERE network = ${network} AND address = ${signer} FOR UPDATE)
    SELECT EXISTS (SELECT 1 FROM mine) AS mine, EXISTS (SELECT 1 FROM lane) AS lane`)
  if (!locked?.mine) return 'lost'
  if (!locked.lane) return 'no lane'
  const [slot] = await tx.query<{ nonce: bigint }>(sql`
    UPDATE signer SET next_nonce = next_nonce + 1
    WHERE network = ${network} AND address = ${signer} AND in_flight_max > (
      SELECT count(*) FROM transaction t
      WHERE t.network = ${network} AND t.signer = ${signer} AND t.nonce IS NOT NULL
        AND t.status IN ('queued', 'signed', 'submitted', 'held'))
    RETURNING next_nonce - 1 AS nonce`)
  return slot?.nonce ?? 'full'
}

/** The nonce of a transaction that has one; nobody may have ended it or taken it over meanwhile. */
async function keepSlot(tx: Tx, { id, epoch }: Transaction.Transaction): Promise<bigint | undefined> {
  const [row] = await tx.query<{ nonce: bigint }>(sql`
    SELECT nonce FROM transaction
    WHERE id = ${id}::uuid AND epoch = ${epoch} AND status IN ('queued', 'signed', 'submitted', 'held')
      AND nonce IS NOT NULL FOR UPDATE`)
  return row?.nonce
}
