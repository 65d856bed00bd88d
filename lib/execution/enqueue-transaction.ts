import type { Hex } from 'viem'
import type { Ctx } from '../ctx'
import { insertEvents, recordEvent, type AuditEvent } from '@/lib/audit'
import { Chain, signerFor, type Call, type CallTerms } from '@/lib/chains'
import { json, processId, sql, type Tx } from '@/lib/db'
import { handOver, handoverMs } from './in-process'
import { pickSigner } from './signers/pick-signer'
import { toBytea } from './bytes'
import { insertSvm } from './svm/insert-svm'
import type * as Transaction from './Transaction'

/** How long the process that queued it has before `submitDue` looks at it. */
export const headStartMs = 1_000

/** Where a call comes from, and what its requester has seen of it. */
export type CallOrigin = {
  merchantId: string
  intentId?: string
  /** Position among the calls of one intent: each waits until the one before it is included and did not revert. */
  position?: number
  /** The simulation that the requester accepted. A later one that differs holds the call. */
  accepted?: Transaction.Simulation
  /** The ended transaction that this one repeats. */
  retryOf?: string
}

/**
 * Queues an on-chain call inside the caller's transaction: it exists exactly if the caller commits. A payer's own
 * signed transaction is stored with its bytes. Call `submitNow` after the commit, or leave it to `submitDue`. Not
 * idempotent: two calls queue two transactions.
 * @throws Error if this server has no key for the purpose; a unique violation if the same signed bytes are queued
 * already, or another transaction for the same thing (`soleFor`) may still run.
 */
export async function enqueueTransaction(tx: Tx, ctx: Ctx, call: Call, origin?: CallOrigin): Promise<{ id: string }> {
  const id = ctx.id()
  if (call.kind !== 'raw' && call.kind !== 'svm') await insertCall(tx, ctx, id, call, origin)
  else {
    const eventData = call.kind === 'svm' ? await insertSvm(tx, id, call) : await insertRaw(tx, id, call)
    if (origin || 'soleFor' in call) await setOrigin(tx, id, call, origin)
    await recordEvent(tx, ctx, queued(id, call, eventData, origin))
  }
  return { id }
}

function queued(
  id: string,
  call: Call,
  eventData: Record<string, unknown>,
  { intentId, position, retryOf }: Partial<CallOrigin> = {},
): AuditEvent.AuditEvent {
  const { network, kind, purpose } = call
  const data = {
    ...{ network, kind, purpose, ...eventData },
    ...(call.kind === 'call' && call.terms),
    ...(intentId !== undefined && { intentId }),
    ...(position !== undefined && { position }),
    ...(retryOf !== undefined && { retryOf }),
  }
  return { type: 'transaction.queued', transactionId: id, data }
}

async function setOrigin(tx: Tx, id: string, call: Call, origin?: CallOrigin): Promise<void> {
  const { merchantId, intentId, position = 0, retryOf } = origin ?? {}
  await tx.execute(sql`
    UPDATE transaction SET merchant_id = ${merchantId ?? null}::uuid, intent_id = ${intentId ?? null}::uuid,
      position = ${position}, retry_of = ${retryOf ?? null}::uuid, sole_for = ${'soleFor' in call ? call.soleFor : null}
    WHERE id = ${id}::uuid`)
}

/** One statement with its event, unless the event names a person, which takes separate statements. */
async function insertCall(
  tx: Tx,
  ctx: Ctx,
  id: string,
  call: Exclude<Call, { kind: 'raw' | 'svm' }>,
  origin?: CallOrigin,
): Promise<void> {
  const { network, purpose, kind, signer: wished } = call
  const signer = wished ? signerFor(network, purpose, wished) : await pickSigner(tx, network, purpose)
  if (!signer) throw new Error(`there is no key for ${purpose} on ${network}`)
  const request = call.kind === 'calls' ? requestOfCalls(call) : requestOfCall(call)
  const { to, data, calls, value, simulation } = request
  const gasLimit = call.gasLimit ?? null
  const { merchantId, intentId, position = 0, accepted = null, retryOf } = origin ?? {}
  const { urgency, submission, maxFeeWei, deadlineAt } = termsOf(call)
  // Leased to this process at once, so that `submitNow` needs no claim; a later call of a sequence is not.
  const isOurs = position === 0
  const row = sql`
    INSERT INTO transaction
      (id, network, kind, signer, purpose, "to", data, calls, value, gas_limit, simulation, epoch, lease_owner, lease_until,
       due_at, merchant_id, intent_id, position, accepted, retry_of, urgency, submission, max_fee_wei, deadline_at, sole_for)
    VALUES
      (${id}::uuid, ${network}, ${kind}, ${signer.address}, ${purpose}, ${to}, ${data}, ${calls && json(calls)}::jsonb, ${value},
       ${gasLimit}, ${simulation && json(simulation)}::jsonb, 1, ${isOurs ? processId : null}::uuid,
       CASE WHEN ${isOurs} THEN now() + make_interval(secs => ${handoverMs / 1000}) END, now() + make_interval(secs => ${headStartMs / 1000}),
       ${merchantId ?? null}::uuid, ${intentId ?? null}::uuid, ${position}, ${accepted && json(accepted)}::jsonb,
       ${retryOf ?? null}::uuid, ${urgency}, ${submission}, ${maxFeeWei}, ${deadlineAt},
       ${'soleFor' in call ? call.soleFor : null})
    RETURNING (extract(epoch FROM deadline_at - now()) * 1000)::float8 AS "leftMs"`
  const eventData = { signer: signer.address, ...(calls ? { calls: calls.length } : { to, valueWei: value }) }
  const event = queued(id, call, eventData, origin)
  const isPersonal = ctx.actor.kind === 'member'
  const [inserted] = await tx.query<{ leftMs: number | null }>(
    isPersonal
      ? row
      : sql`WITH inserted AS (${row}), audited AS (${insertEvents(ctx, [event])}) SELECT "leftMs" FROM inserted`,
  )
  if (isPersonal) await recordEvent(tx, ctx, event)
  if (!isOurs) return
  const terms = { urgency, submission, maxFeeWei, deadlineInMs: inserted?.leftMs ?? null }
  handOver({ ...blank, ...request, ...terms, id, network, kind, signer: signer.address, purpose, gasLimit, accepted })
}

function termsOf(call: Exclude<Call, { kind: 'raw' | 'svm' }>) {
  const terms: CallTerms = (call.kind === 'call' && call.terms) || {}
  const { urgency = 'standard', submission = 'public', deadlineMs } = terms
  const deadlineAt = deadlineMs === undefined ? null : new Date(deadlineMs)
  return { urgency, submission, maxFeeWei: terms.maxFeeWei ?? null, deadlineAt }
}

type RequestedTransaction = Pick<Transaction.Transaction, 'to' | 'data' | 'calls' | 'value' | 'simulation'>

export function requestOfCall({ to, data, value, isSimulated }: Extract<Call, { kind: 'call' }>): RequestedTransaction {
  const simulation = isSimulated ? { ok: true } : null
  return { to: to.toLowerCase() as Hex, data: toBytea(data), calls: null, value, simulation }
}

/** @throws TypeError if the network has no transactions with several calls. */
function requestOfCalls({ network, calls }: Extract<Call, { kind: 'calls' }>): RequestedTransaction {
  if (Chain.get(network).family !== 'tempo') throw new TypeError(`a transaction of ${network} holds one call`)
  const lower = calls.map(({ to, data }) => ({ to: to.toLowerCase() as Hex, data }))
  return { to: null, data: null, calls: lower, value: 0n, simulation: null }
}

async function insertRaw(tx: Tx, id: string, call: Extract<Call, { kind: 'raw' }>): Promise<Record<string, unknown>> {
  const signer = call.from.toLowerCase()
  await tx.execute(sql`
    WITH stored AS (
      INSERT INTO transaction (id, network, kind, signer, purpose, status, expires_at, due_at)
      VALUES (${id}::uuid, ${call.network}, 'raw', ${signer}, ${call.purpose}, 'signed',
              to_timestamp(${call.expiresAtMs / 1000}), now() + make_interval(secs => ${headStartMs / 1000}))
      RETURNING id)
    INSERT INTO attempt (hash, transaction_id, seq, raw, max_fee_per_gas, tip_per_gas, gas)
    SELECT ${call.hash.toLowerCase()}, id, 1, ${toBytea(call.bytes)}, 0, 0, 0 FROM stored`)
  return { signer, hash: call.hash, expiresAtMs: call.expiresAtMs }
}

/** The initial state of a transaction. */
export const blank = {
  status: 'queued',
  nonce: null,
  epoch: 1,
  urgency: 'standard',
  submission: 'public',
  maxFeeWei: null,
  deadlineInMs: null,
  cancelReason: null,
  speedUpAgeMs: null,
  accepted: null,
  heldReason: null,
  error: null,
  hash: null,
  blockNumber: null,
  blockHash: null,
  reorgs: 0,
  expiresAtMs: null,
  instructions: null,
  ageMs: 0,
  attempts: [],
} as const satisfies Partial<Transaction.Transaction>
