import type { Hex } from 'viem'
import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { Chain, signerFor, type Call, type Terms } from '@/lib/chains'
import { json, processId, sql, type Tx } from '@/lib/db'
import { amend, handOver, handoverMs, takeOver } from './in-process'
import { pickSigner } from './pick-signer'
import { toBytea } from './row'
import { insertSvm } from './insert-svm'
import type * as Transaction from './Transaction'

/** How long the driver that queued it goes first, before `submitDue` looks at it. */
export const headStartMs = 1_000

/** Who asked for a call, and what they have seen of it. */
export type Origin = {
  merchantId: string
  intentId?: string
  /** Place among several calls of one intent: each waits until the one before it is included and did not revert. */
  position?: number
  /** The simulation that whoever asked for it has seen: a later one that differs holds the call. */
  accepted?: Transaction.Simulation
  /** The ended transaction that this one repeats. */
  retryOf?: string
}

/**
 * Stores an on-chain call that shall happen, inside the caller's transaction: it is queued exactly when the caller commits.
 * A payer's own signed transaction is stored with its bytes. Call `submitNow` after the commit, or leave it to `submitDue`.
 * Two calls queue two transactions.
 * @throws Error when this server holds no key for the purpose; a unique violation when the same signed bytes were queued before, or
 *   while another transaction that may still run is for the same thing (`soleFor`).
 */
export async function enqueueTransaction(tx: Tx, ctx: Ctx, call: Call, origin?: Origin): Promise<{ id: string }> {
  const id = ctx.id()
  const data = await insert(tx, id, call)
  if (origin) await setOrigin(tx, id, origin)
  if (call.kind === 'call' && call.terms) await setTerms(tx, id, call.terms)
  if ('soleFor' in call) await tx.execute(sql`UPDATE transaction SET sole_for = ${call.soleFor} WHERE id = ${id}::uuid`)
  await recordEvent(tx, ctx, {
    type: 'transaction.queued',
    transactionId: id,
    data: { network: call.network, kind: call.kind, purpose: call.purpose, ...data, ...told(call, origin) },
  })
  return { id }
}

function insert(tx: Tx, id: string, call: Call): Promise<Record<string, unknown>> {
  if (call.kind === 'svm') return insertSvm(tx, id, call)
  return call.kind === 'raw' ? insertRaw(tx, id, call) : insertCall(tx, id, call)
}

function told(call: Call, origin: Origin | undefined): Record<string, unknown> {
  const { intentId, position, retryOf } = origin ?? {}
  return {
    ...(call.kind === 'call' && call.terms),
    ...(intentId !== undefined && { intentId }),
    ...(position !== undefined && { position }),
    ...(retryOf !== undefined && { retryOf }),
  }
}

/** One after another waits for those before it, so nobody drives it at once. */
async function setOrigin(tx: Tx, id: string, origin: Origin): Promise<void> {
  const { merchantId, intentId, position = 0, accepted, retryOf } = origin
  if (position > 0) takeOver(id)
  const free = position > 0 ? sql`lease_owner = NULL, lease_until = NULL,` : sql``
  await tx.execute(sql`
    UPDATE transaction SET ${free} merchant_id = ${merchantId}::uuid, intent_id = ${intentId ?? null}::uuid,
      position = ${position}, accepted = ${accepted ? json(accepted) : null}::jsonb, retry_of = ${retryOf ?? null}::uuid
    WHERE id = ${id}::uuid`)
  if (accepted) amend(id, { accepted })
}

async function setTerms(tx: Tx, id: string, terms: Terms): Promise<void> {
  const { urgency = 'standard', submission = 'public', maxFeeWei = null, deadlineMs } = terms
  const deadline = deadlineMs === undefined ? null : new Date(deadlineMs)
  const [row] = await tx.query<{ leftMs: number | null }>(sql`
    UPDATE transaction SET urgency = ${urgency}, submission = ${submission}, max_fee_wei = ${maxFeeWei}, deadline_at = ${deadline}
    WHERE id = ${id}::uuid RETURNING (extract(epoch FROM deadline_at - now()) * 1000)::float8 AS "leftMs"`)
  amend(id, { urgency, submission, maxFeeWei, deadlineInMs: row?.leftMs ?? null })
}

async function insertCall(
  tx: Tx,
  id: string,
  call: Exclude<Call, { kind: 'raw' | 'svm' }>,
): Promise<Record<string, unknown>> {
  const { network, purpose, signer: wished } = call
  const signer = wished ? signerFor(network, purpose, wished) : await pickSigner(tx, network, purpose)
  if (!signer) throw new Error(`there is no key for ${purpose} on ${network}`)
  const asked = call.kind === 'calls' ? askedOfCalls(call) : askedOfCall(call)
  const { to, data, calls, value, simulation } = asked
  const gasLimit = call.gasLimit ?? null
  // Leased to this process from the start, so that `submitNow` needs no claim of its own.
  await tx.execute(sql`
    INSERT INTO transaction
      (id, network, kind, signer, purpose, "to", data, calls, value, gas_limit, simulation, epoch, lease_owner, lease_until,
       due_at)
    VALUES
      (${id}::uuid, ${call.network}, ${call.kind}, ${signer.address}, ${call.purpose}, ${to}, ${data},
       ${calls && json(calls)}::jsonb, ${value}, ${gasLimit}, ${simulation && json(simulation)}::jsonb, 1, ${processId}::uuid,
       now() + make_interval(secs => ${handoverMs / 1000}), now() + make_interval(secs => ${headStartMs / 1000}))`)
  const { kind } = call
  handOver({ ...blank, ...asked, id, network, kind, signer: signer.address, purpose, gasLimit })
  return { signer: signer.address, ...(calls ? { calls: calls.length } : { to, valueWei: value }) }
}

type Asked = Pick<Transaction.Transaction, 'to' | 'data' | 'calls' | 'value' | 'simulation'>

export function askedOfCall({ to, data, value, isSimulated }: Extract<Call, { kind: 'call' }>): Asked {
  const simulation = isSimulated ? { ok: true } : null
  return { to: to.toLowerCase() as Hex, data: toBytea(data), calls: null, value, simulation }
}

/** @throws TypeError where no transaction holds several calls. */
function askedOfCalls({ network, calls }: Extract<Call, { kind: 'calls' }>): Asked {
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

/** A transaction of which nothing has happened yet. */
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
