import type { Address, Hex } from 'viem'
import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { recordEvents, type Event } from '@/lib/audit'
import { signerFor, type Signer } from '@/lib/chains'
import { json, sql, withTransaction, type Sql, type Tx } from '@/lib/db'
import { ensureSigner } from './ensure-signers'
import type * as Fee from './Fee'
import { leaseMs } from './lease'
import type * as Transaction from './Transaction'

export type Signed = { hash: Hex; raw: Buffer; seq: number }

type Offer = { fee: Fee.Fee; gas: bigint; simulation?: Transaction.Simulation }

/**
 * Signs an attempt and commits it, with its nonce, in one transaction: the slot is taken exactly when the bytes are stored,
 * so a crash burns no nonce and leaves no gap. The first attempt takes the lane's next nonce, a replacement keeps its own.
 * Undefined when the lease was lost: then nothing was stored and nothing may be sent.
 */
export async function signAttempt(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  offer: Offer,
): Promise<Signed | undefined> {
  const signer = signerFor(transaction.network, transaction.purpose)
  if (signer?.address !== transaction.signer)
    throw new Error(`the key of ${transaction.signer} for ${transaction.purpose} is no longer configured`)
  const commit = () => withTransaction((tx) => signInside(tx, ctx, transaction, signer, offer))
  const signed = await commit()
  if (signed !== 'no lane') return signed
  await ensureSigner(transaction.network, transaction.purpose)
  const second = await commit()
  if (second === 'no lane') throw new Error(`the nonce lane of ${transaction.signer} could not be made`)
  return second
}

async function signInside(
  tx: Tx,
  ctx: Ctx,
  transaction: Transaction.Transaction,
  signer: Signer,
  { fee, gas, simulation }: Offer,
): Promise<Signed | undefined | 'no lane'> {
  const isReplacement = transaction.nonce !== null
  const nonce = isReplacement ? await keepNonce(tx, transaction) : await takeNonce(tx, transaction)
  if (typeof nonce !== 'bigint') return nonce
  const { raw, hash } = signer.signTransaction({
    ...(transaction.calls
      ? { calls: transaction.calls }
      : { to: transaction.to as Address, data: transaction.data ?? new Uint8Array(), value: transaction.value }),
    nonce,
    gas,
    maxFeePerGas: fee.maxFeePerGas,
    maxPriorityFeePerGas: fee.tipPerGas,
  })
  failpoint('after-sign')
  const seq = (transaction.attempts.at(-1)?.seq ?? 0) + 1
  await tx.execute(sql`
    WITH stored AS (
      INSERT INTO attempt (hash, transaction_id, seq, raw, max_fee_per_gas, tip_per_gas, gas)
      VALUES (${hash}, ${transaction.id}::uuid, ${seq}, ${raw}, ${fee.maxFeePerGas}, ${fee.tipPerGas}, ${gas}))
    UPDATE transaction SET ${isReplacement ? sql`` : firstSigned(nonce, simulation)}
      lease_until = now() + make_interval(secs => ${leaseMs / 1000})
    WHERE id = ${transaction.id}::uuid`)
  const about = { hash, seq, nonce, gas, maxFeePerGasWei: fee.maxFeePerGas, tipPerGasWei: fee.tipPerGas }
  await recordEvents(tx, ctx, events(transaction, isReplacement, about, simulation))
  return { hash, raw, seq }
}

function firstSigned(nonce: bigint, simulation: Transaction.Simulation | undefined): Sql {
  return sql`status = 'signed', held_reason = NULL, nonce = ${nonce}, simulation = ${simulation ? json(simulation) : null}::jsonb,`
}

/**
 * The lane's next nonce for this transaction, whose row is locked and must still be under our epoch. The signer's row is the
 * counter; it stays locked until the attempt is stored. No network call happens meanwhile.
 */
async function takeNonce(
  tx: Tx,
  { id, epoch, network, signer }: Transaction.Transaction,
): Promise<bigint | undefined | 'no lane'> {
  const [mine] = await tx.query(sql`
    SELECT 1 FROM transaction
    WHERE id = ${id}::uuid AND epoch = ${epoch} AND nonce IS NULL AND status IN ('queued', 'held') FOR UPDATE`)
  if (!mine) return undefined
  const [slot] = await tx.query<{ nonce: bigint }>(sql`
    UPDATE signer SET next_nonce = next_nonce + 1 WHERE network = ${network} AND address = ${signer}
    RETURNING next_nonce - 1 AS nonce`)
  return slot?.nonce ?? 'no lane'
}

/** The nonce of a transaction that is being replaced; nobody may have ended it or taken it over meanwhile. */
async function keepNonce(tx: Tx, { id, epoch }: Transaction.Transaction): Promise<bigint | undefined> {
  const [row] = await tx.query<{ nonce: bigint }>(sql`
    SELECT nonce FROM transaction
    WHERE id = ${id}::uuid AND epoch = ${epoch} AND status IN ('submitted', 'held') AND nonce IS NOT NULL FOR UPDATE`)
  return row?.nonce
}

function events(
  { id }: Transaction.Transaction,
  isReplacement: boolean,
  about: Record<string, unknown>,
  simulation: Transaction.Simulation | undefined,
): Event.Event[] {
  if (isReplacement) return [{ type: 'transaction.replaced', transactionId: id, data: about }]
  return [
    { type: 'transaction.simulated', transactionId: id, data: { ...simulation } },
    { type: 'transaction.signed', transactionId: id, data: about },
  ]
}
