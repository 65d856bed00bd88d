import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import { Chain, RpcError, SignerError, TransportError } from '@/lib/chains'
import { json, sql, withTransaction, type Sql } from '@/lib/db'
import { requestCancel, deadlineReason } from '../act/request-cancel'
import * as Attempt from '../Attempt'
import * as Backoff from '../Backoff'
import { broadcastAttempt } from '../broadcast-attempt'
import { holdMs } from '../record-answer'
import { release } from '../release'
import type { PreparedCall } from './prepare-call'
import { priceCall } from './price-call'
import { offerCancel } from './offer-cancel'
import { readMarket } from '../networks/read-market'
import { loadBytes } from '../load-bytes'
import { signAttempt, type AttemptInput } from './sign-attempt'
import { driveSvm } from '../svm/drive-svm'
import * as Transaction from '../Transaction'

const resignsMax = 5
/** How long a node may refuse bytes before another transaction takes their nonce: every later one waits for it. */
const refusedMaxMs = 120_000

/**
 * Takes one leased transaction as far as possible now: simulate, sign, store, send; or send what is stored. After
 * trouble with the chain it is released for later; only database errors are thrown.
 */
export async function drive(ctx: Ctx, transaction: Transaction.Transaction): Promise<void> {
  failpoint('after-lease')
  try {
    await advance(ctx, transaction)
  } catch (error) {
    if (!isTrouble(error)) throw error
    log().warn(
      { err: error, transactionId: transaction.id, network: transaction.network },
      'no answer: it will be tried again',
    )
    await release(transaction, Backoff.delayMs(transaction.epoch))
  }
}

/** True for trouble with a chain or a key service, which time may cure. */
export function isTrouble(error: unknown): boolean {
  return error instanceof TransportError || error instanceof RpcError || error instanceof SignerError
}

async function advance(ctx: Ctx, transaction: Transaction.Transaction): Promise<void> {
  if (transaction.kind === 'svm') return driveSvm(ctx, transaction)
  const stored = Attempt.latest(transaction.attempts)
  if (!Transaction.isOurs(transaction)) return sendStored(ctx, transaction, mustBeStored(transaction, stored))
  const ending = whyGivenUp(transaction)
  if (ending !== undefined) return giveUp(ctx, transaction, stored, ending)
  if (isPoison(transaction))
    return signCancel(ctx, transaction, `The node refuses it: ${transaction.heldReason ?? 'rejected'}`)
  if (stored && !isWorthSigningAgain(stored)) return sendStored(ctx, transaction, stored)
  const priced = await priceCall(transaction)
  failpoint('after-simulation')
  if (priced.kind === 'ready') return signAndSend(ctx, transaction, { ...priced, kind: 'call' })
  if (priced.kind === 'hold') return hold(ctx, transaction, priced.reason)
  if (transaction.nonce === null) return fail(ctx, transaction, priced)
  // Later transactions wait for this nonce, so it must be filled. An attempt signed earlier may still run instead.
  return stored ? hold(ctx, transaction, priced.reason) : signCancel(ctx, transaction, priced.reason)
}

/** True if nodes keep refusing it while its lane waits. */
function isPoison({ attempts }: Transaction.Transaction): boolean {
  return (
    attempts.every(({ kind, answer }) => kind === 'call' && answer === 'rejected') &&
    attempts.some(({ signedAgeMs }) => signedAgeMs > refusedMaxMs)
  )
}

/** Why it is given up: its deadline has passed, or a cancellation was requested. */
function whyGivenUp({ cancelReason, deadlineInMs }: Transaction.Transaction): string | undefined {
  if (cancelReason !== null) return cancelReason
  return deadlineInMs !== null && deadlineInMs <= 0 ? deadlineReason : undefined
}

/** A refusal that is not about fees or funds usually means a wrong gas limit. */
function isWorthSigningAgain({ answer, seq, kind }: Attempt.Attempt): boolean {
  return kind === 'call' && answer === 'rejected' && seq < resignsMax
}

async function giveUp(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  stored: Attempt.Attempt | undefined,
  reason: string,
): Promise<void> {
  if (transaction.nonce === null) return end(ctx, transaction, reason)
  // Bytes that may have been sent can run until another transaction takes their nonce.
  if (stored?.kind === 'cancel') return sendStored(ctx, transaction, stored)
  return signCancel(ctx, transaction, reason)
}

async function sendStored(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  { hash, private: isPrivate }: Attempt.Attempt,
): Promise<void> {
  await broadcastAttempt(ctx, transaction, { hash, raw: await loadBytes(hash), private: isPrivate })
}

async function signAndSend(ctx: Ctx, transaction: Transaction.Transaction, attemptInput: AttemptInput): Promise<void> {
  const signed = await signAttempt(ctx, transaction, attemptInput)
  if (signed === 'full') return release(transaction, Chain.get(transaction.network).blockTimeMs)
  if (signed === 'lost') return
  failpoint('after-attempt-commit')
  await broadcastAttempt(ctx, transaction, signed)
}

/** Signs and sends an empty transaction that takes the nonce of a cancelled call. */
async function signCancel(ctx: Ctx, transaction: Transaction.Transaction, reason: string): Promise<void> {
  const offer = await offerCancel(transaction, await readMarket(transaction.network))
  if ('capped' in offer) return hold(ctx, transaction, offer.capped)
  if (transaction.cancelReason === null) await requestCancel(ctx, transaction.id, reason)
  await signAndSend(ctx, transaction, { kind: 'cancel', offer })
}

function mustBeStored({ id }: Transaction.Transaction, stored: Attempt.Attempt | undefined): Attempt.Attempt {
  if (!stored) throw new Error(`the payer's transaction ${id} has no bytes`)
  return stored
}

/** It was never signed, which proves that nothing happened. */
async function end(ctx: Ctx, { id, epoch, cancelReason }: Transaction.Transaction, reason: string): Promise<void> {
  const status = cancelReason === null ? 'expired' : 'cancelled'
  await change(
    ctx,
    sql`UPDATE transaction SET status = ${status}::transaction_status, error = ${reason}, held_reason = NULL, lease_until = NULL
        WHERE id = ${id}::uuid AND epoch = ${epoch} AND nonce IS NULL
          AND status = ANY(${Transaction.mayBecome(status)}::transaction_status[])`,
    [{ type: `transaction.${status}`, transactionId: id, data: { reason, proof: 'never signed' } }],
  )
}

async function fail(
  ctx: Ctx,
  { id, epoch }: Transaction.Transaction,
  { reason, simulation }: Extract<PreparedCall, { kind: 'fail' }>,
): Promise<void> {
  const error = `The simulation reverted: ${reason}`
  await change(
    ctx,
    sql`UPDATE transaction SET status = 'failed', error = ${error}, held_reason = NULL, lease_until = NULL,
          simulation = ${json(simulation)}::jsonb
        WHERE id = ${id}::uuid AND epoch = ${epoch} AND nonce IS NULL
          AND status = ANY(${Transaction.mayBecome('failed')}::transaction_status[])`,
    [
      { type: 'transaction.simulated', transactionId: id, data: { ...simulation } },
      { type: 'transaction.failed', transactionId: id, data: { reason: error, proof: 'never signed' } },
    ],
  )
}

async function hold(ctx: Ctx, transaction: Transaction.Transaction, reason: string): Promise<void> {
  const { id, epoch } = transaction
  if (reason === transaction.heldReason) return release(transaction, holdMs)
  await change(
    ctx,
    sql`UPDATE transaction SET status = 'held', held_reason = ${reason}, lease_until = NULL,
          due_at = now() + make_interval(secs => ${holdMs / 1000})
        WHERE id = ${id}::uuid AND epoch = ${epoch} AND status = ANY(${Transaction.mayBecome('held')}::transaction_status[])`,
    [{ type: 'transaction.held', transactionId: id, data: { reason } }],
  )
}

/** A guarded change of one row with its events. No change, no events. */
async function change(ctx: Ctx, update: Sql, events: readonly AuditEvent.AuditEvent[]): Promise<void> {
  await withTransaction(async (tx) => {
    if ((await tx.execute(update)) === 1) await recordEvents(tx, ctx, events)
  })
}
