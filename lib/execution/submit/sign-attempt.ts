import type { Address, Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { writeAudited, type AuditEvent } from '@/lib/audit'
import {
  Chain,
  signerFor,
  type LocalSigner,
  type CallMember,
  type RemoteSigner,
  type UnsignedTransaction,
} from '@/lib/chains'
import { json, sql, type WritePart, type Sql } from '@/lib/db'
import type * as Attempt from '../Attempt'
import { ensureSigner } from '../signers/ensure-signer'
import { leaseMs } from '../lease'
import type { FeeOffer } from './price-call'
import { toHex } from '../bytes'
import { takeSlot, type SlotRefusal } from './take-slot'
import type * as Transaction from '../Transaction'

export type SignedAttempt = { hash: Hex; raw: Buffer; seq: number; private: boolean }

/** What is signed beside the call itself. */
export type AttemptInput = { kind: Attempt.Attempt['kind']; offer: FeeOffer; simulation?: Transaction.Simulation }

/** No attempt: the lease was lost (nothing may be sent), or the lane is full. */
export type SigningRefusal = Exclude<SlotRefusal, 'no lane'>

/**
 * Signs an attempt and commits it before anything is sent. The first attempt takes the lane's next nonce; a replacement
 * keeps its own. A local key signs inside the statement that takes the nonce, so a taken nonce always has its bytes. A
 * remote key is asked between two statements: after the first the nonce belongs to this transaction, and its next
 * driver signs for the same one.
 */
export async function signAttempt(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  attemptInput: AttemptInput,
): Promise<SignedAttempt | SigningRefusal> {
  const signer = signerFor(transaction.network, transaction.purpose, transaction.signer as Address)
  if (!signer) throw new Error(`the key of ${transaction.signer} for ${transaction.purpose} is no longer configured`)
  const sign = () =>
    signer.remote
      ? signRemotely(ctx, transaction, signer, attemptInput)
      : signLocally(ctx, transaction, signer, attemptInput)
  const signed = await sign()
  if (signed !== 'no lane') return signed
  await ensureSigner(transaction.network, transaction.purpose, transaction.signer)
  const second = await sign()
  if (second === 'no lane') throw new Error(`the nonce lane of ${transaction.signer} could not be made`)
  return second
}

async function signLocally(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  signer: LocalSigner,
  attemptInput: AttemptInput,
): Promise<SignedAttempt | SlotRefusal> {
  const { nonce } = transaction
  if (nonce !== null) return store(ctx, transaction, signInSlot(signer, transaction, attemptInput, nonce))
  let made: Made | undefined
  const slot = await takeSlot(ctx, transaction, (next) => {
    made = signInSlot(signer, transaction, attemptInput, next)
    return { parts: [withoutSlot(transaction), made.attempt, made.row], events: made.events }
  })
  return typeof slot === 'bigint' && made ? made.signed : (slot as SlotRefusal)
}

/** A local key's signature for a nonce, and the write that stores its bytes. */
export function signInSlot(
  signer: LocalSigner,
  transaction: Transaction.Transaction,
  attemptInput: AttemptInput,
  nonce: bigint,
): Made {
  failpoint('after-slot')
  const bytes = signer.signTransaction(unsigned(transaction, attemptInput, nonce))
  failpoint('after-sign')
  return make(transaction, attemptInput, { ...bytes, nonce })
}

async function signRemotely(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  signer: RemoteSigner,
  attemptInput: AttemptInput,
): Promise<SignedAttempt | SlotRefusal> {
  const { id } = transaction
  const nonce =
    transaction.nonce ??
    (await takeSlot(ctx, transaction, (next) => {
      const owned = (when: Sql) =>
        sql`owned AS (UPDATE transaction SET nonce = ${next} WHERE id = ${id}::uuid AND ${when})`
      return { parts: [withoutSlot(transaction), { writes: owned }], events: [] }
    }))
  if (typeof nonce !== 'bigint') return nonce
  const bytes = await signer.signTransaction(unsigned(transaction, attemptInput, nonce))
  failpoint('after-sign')
  return store(ctx, transaction, make(transaction, attemptInput, { ...bytes, nonce }))
}

function unsigned(
  transaction: Transaction.Transaction,
  { kind, offer }: AttemptInput,
  nonce: bigint,
): UnsignedTransaction {
  const { signer, to, data, value } = transaction
  const { gas, fee, legacy } = offer
  const self = signer as Address
  const dynamic = { maxFeePerGas: fee.maxFeePerGas, maxPriorityFeePerGas: fee.tipPerGas }
  const calls = callsOf(transaction)
  // Pools accept no replacement of another type.
  if (calls) return { nonce, gas, ...dynamic, calls: kind === 'cancel' ? [{ to: self, data: '0x' }] : calls }
  const price = legacy ? { legacy: true as const, gasPrice: fee.maxFeePerGas } : dynamic
  if (kind === 'cancel') return { nonce, gas, ...price, to: self, data: new Uint8Array(), value: 0n }
  return { nonce, gas, ...price, to: to as Address, data: data ?? new Uint8Array(), value }
}

/** The calls of a type 0x76: several, or one alone, because only that type always pays fees in tokens. */
function callsOf({ network, calls, to, data, value }: Transaction.Transaction): readonly CallMember[] | null {
  if (calls || Chain.get(network).family !== 'tempo' || value > 0n) return calls
  return [{ to: to as Address, data: toHex(data ?? new Uint8Array()) }]
}

/** What is stored of a signature: the attempt, the update of its transaction's row, and the events. */
type Made = { signed: SignedAttempt; attempt: WritePart; row: WritePart; events: AuditEvent.AuditEvent[] }

function make(
  { id, attempts, submission }: Transaction.Transaction,
  { kind, offer, simulation }: AttemptInput,
  { hash, raw, nonce }: { hash: Hex; raw: Buffer; nonce: bigint },
): Made {
  const { fee, gas, legacy } = offer
  const isFirst = attempts.length === 0
  const seq = (attempts.at(-1)?.seq ?? 0) + 1
  // Once one attempt's bytes are public, keeping the next ones private gains nothing.
  const isPrivate = submission !== 'public' && attempts.every((attempt) => attempt.private)
  const first = sql`status = 'signed', held_reason = NULL, nonce = ${nonce}, simulation = ${simulation ? json(simulation) : null}::jsonb,`
  const later = sql`held_reason = CASE WHEN status = 'submitted' THEN NULL ELSE held_reason END,`
  const attempt: WritePart = {
    writes: (when) => sql`
      stored AS (
        INSERT INTO attempt (hash, transaction_id, seq, kind, legacy, private, raw, max_fee_per_gas, tip_per_gas, gas)
        SELECT ${hash}::text, ${id}::uuid, ${seq}::int, ${kind}::text, ${legacy}::boolean, ${isPrivate}::boolean, ${raw}::bytea,
          ${fee.maxFeePerGas}::numeric, ${fee.tipPerGas}::numeric, ${gas}::numeric WHERE ${when})`,
  }
  const row: WritePart = {
    writes: (when) => sql`
      signed AS (
        UPDATE transaction SET ${isFirst ? first : later} lease_until = now() + make_interval(secs => ${leaseMs / 1000})
        WHERE id = ${id}::uuid AND ${when})`,
  }
  const about = { hash, seq, nonce, gas, maxFeePerGasWei: fee.maxFeePerGas, tipPerGasWei: fee.tipPerGas }
  const data = { ...about, ...(kind === 'cancel' && { kind }), ...(isPrivate && { private: true }) }
  const events: AuditEvent.AuditEvent[] = [
    { type: `transaction.${isFirst ? 'signed' : 'replaced'}`, transactionId: id, data },
  ]
  if (simulation && isFirst)
    events.unshift({ type: 'transaction.simulated', transactionId: id, data: { ...simulation } })
  return { signed: { hash, raw, seq, private: isPrivate }, attempt, row, events }
}

/** Stores an attempt, unless the transaction has ended or has another driver by now. */
async function store(
  ctx: Ctx,
  { id, epoch }: Transaction.Transaction,
  { signed, attempt, row, events }: Made,
): Promise<SignedAttempt | 'lost'> {
  const mine: WritePart = {
    locks: sql`
      mine AS (
        SELECT 1 FROM transaction
        WHERE id = ${id}::uuid AND epoch = ${epoch} AND status IN ('queued', 'signed', 'submitted', 'held')
          AND nonce IS NOT NULL FOR UPDATE)`,
    holds: sql`EXISTS (SELECT 1 FROM mine)`,
  }
  const { isWritten } = await writeAudited(ctx, { parts: [mine, attempt, row], events })
  return isWritten ? signed : 'lost'
}

/** True while the row has no nonce and is still under our epoch. */
function withoutSlot({ id, epoch }: Transaction.Transaction): WritePart {
  return {
    locks: sql`
      mine AS (
        SELECT 1 FROM transaction
        WHERE id = ${id}::uuid AND epoch = ${epoch} AND nonce IS NULL AND status IN ('queued', 'held') FOR UPDATE)`,
    holds: sql`EXISTS (SELECT 1 FROM mine)`,
  }
}
