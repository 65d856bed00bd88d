import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { recordEvent, recordEvents, type AuditEvent } from '@/lib/audit'
import { SignerError, Svm } from '@/lib/chains'
import { sql, withTransaction } from '@/lib/db'
import { broadcastAttempt } from '../broadcast-attempt'
import { holdMs } from '../record-answer'
import { leaseMs } from '../lease'
import type * as Transaction from '../Transaction'
import { endSvm } from './end-svm'

/** Compute units beyond the simulated ones. */
const unitsHeadroom = 1.2

const unitsMin = 10_000

const unitsForTrial = 400_000

/** The range of what our transactions offer, micro-lamports a unit. */
const priceMin = 1_000n

const priceMax = 1_000_000n

/**
 * Signs another attempt for a leased transaction of ours whose earlier attempts can no longer run. Holds it if funds
 * are missing; ends it if it would fail.
 */
export async function signSvm(ctx: Ctx, transaction: Transaction.Transaction): Promise<void> {
  const { network, purpose, signer: feePayer, instructions } = transaction
  const signer = Svm.svmSignerFor(network, purpose, feePayer)
  if (!instructions || !signer) throw new SignerError(`there is no key of ${feePayer} for ${purpose} on ${network}`)
  const { blockhash, lastValidBlockHeight } = await Svm.readBlockhash(network)
  const unitPrice = clamp(await Svm.readUnitPrice(network, Svm.Message.writableOf(instructions)))
  const trial = Svm.Message.compile(instructions, { feePayer, blockhash, units: unitsForTrial, unitPrice })
  const { err, logs, unitsConsumed = 0 } = await Svm.simulate(network, Svm.Message.seal(Buffer.alloc(64), trial), true)
  if (err !== null) {
    const reason = `The simulation fails: ${Svm.describeFailure(err, logs)}.`
    return Svm.isShortOfFunds(err) ? hold(ctx, transaction, reason) : fail(ctx, transaction, reason)
  }
  const units = Math.max(unitsMin, Math.ceil(unitsConsumed * unitsHeadroom))
  const message = Svm.Message.compile(instructions, { feePayer, blockhash, units, unitPrice })
  const signature = signer.sign(message)
  const attempt = {
    hash: Svm.toBase58(signature),
    raw: Svm.Message.seal(signature, message),
    units,
    unitPrice,
    lastValidHeight: lastValidBlockHeight,
  }
  if (!(await store(ctx, transaction, attempt))) return
  failpoint('after-attempt-commit')
  await broadcastAttempt(ctx, transaction, { ...attempt, private: false })
}

type Signed = { hash: string; raw: Buffer; units: number; unitPrice: bigint; lastValidHeight: bigint }

/** False if the lease was lost: then nothing is stored, and nothing may be sent. */
async function store(ctx: Ctx, { id, epoch, attempts }: Transaction.Transaction, signed: Signed): Promise<boolean> {
  const { hash, raw, units, unitPrice, lastValidHeight } = signed
  const seq = (attempts.at(-1)?.seq ?? 0) + 1
  return withTransaction(async (tx) => {
    const stored = await tx.execute(sql`
      WITH mine AS (
        UPDATE transaction SET status = CASE WHEN status = 'submitted' THEN status ELSE 'signed' END, held_reason = NULL,
          lease_until = now() + make_interval(secs => ${leaseMs / 1000})
        WHERE id = ${id}::uuid AND epoch = ${epoch} AND status IN ('queued', 'held', 'submitted')
        RETURNING id)
      INSERT INTO attempt (hash, transaction_id, seq, raw, max_fee_per_gas, tip_per_gas, gas, last_valid_height)
      SELECT ${hash}, id, ${seq}, ${raw}, ${unitPrice}, ${unitPrice}, ${units}, ${lastValidHeight} FROM mine`)
    if (stored === 0) return false
    const data = { hash, seq, units, unitPriceMicroLamports: unitPrice, lastValidHeight }
    const events: AuditEvent.AuditEvent[] = [
      { type: `transaction.${seq === 1 ? 'signed' : 'replaced'}`, transactionId: id, data },
    ]
    await recordEvents(tx, ctx, events)
    return true
  })
}

/** It would fail now, and every signed attempt has expired, so nothing can run. */
async function fail(ctx: Ctx, transaction: Transaction.Transaction, reason: string): Promise<void> {
  await endSvm(ctx, transaction, 'failed', reason)
}

/** A transaction that was sent once stays `submitted`, with the reason why it waits. */
async function hold(ctx: Ctx, { id, epoch, heldReason }: Transaction.Transaction, reason: string): Promise<void> {
  await withTransaction(async (tx) => {
    const held = await tx.execute(sql`
      UPDATE transaction SET status = CASE WHEN status = 'submitted' THEN status ELSE 'held' END, held_reason = ${reason},
        lease_until = NULL, due_at = now() + make_interval(secs => ${holdMs / 1000})
      WHERE id = ${id}::uuid AND epoch = ${epoch} AND status IN ('queued', 'held', 'submitted')`)
    if (held === 1 && heldReason !== reason)
      await recordEvent(tx, ctx, { type: 'transaction.held', transactionId: id, data: { reason } })
  })
}

function clamp(price: bigint): bigint {
  if (price < priceMin) return priceMin
  return price > priceMax ? priceMax : price
}
