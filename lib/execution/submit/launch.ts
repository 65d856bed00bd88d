import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { writeTold, type AuditEvent } from '@/lib/audit'
import { signerFor, type Call, type LocalSigner } from '@/lib/chains'
import { db, json, processId, sql, type WritePart } from '@/lib/db'
import { broadcastAttempt } from '../broadcast-attempt'
import { isTrouble } from './drive'
import { askedOfCall, blank, headStartMs } from '../enqueue-transaction'
import { ensureSigner } from '../signers/ensure-signers'
import { leaseMs } from '../lease'
import { pickSigner } from '../signers/pick-signer'
import { priceCall } from './price-call'
import { toBytea } from '../row'
import { signInSlot, type SignedAttempt, type AttemptInput } from './sign-attempt'
import { takeSlot } from './take-slot'
import type * as Transaction from '../Transaction'

/** A call that can leave at once: nothing of it is stored yet. */
export type Launch =
  | { kind: 'call'; transaction: Transaction.Transaction; signer: LocalSigner; wanted: AttemptInput }
  | { kind: 'raw'; transaction: Transaction.Transaction; signed: SignedAttempt; expiresAtMs: number }

/** What is written together with a transaction, and told between its being queued and its being signed. */
export type LaunchCompanion = { part: WritePart; events: readonly AuditEvent.AuditEvent[] }

/**
 * Simulates and prices a call before any row of it exists, so that one statement can store all of it, its signed bytes too. Undefined
 * where that cannot be: its key is elsewhere, it would revert, it has to wait for funds, or the chain does not answer. Then
 * `enqueueTransaction` and `submitNow` take the longer way, which tells why. Reads only.
 */
export async function prepareLaunch(ctx: Ctx, call: Call): Promise<Launch | undefined> {
  if (call.kind === 'raw') return prepareRaw(ctx, call)
  if (call.kind !== 'call' || call.terms || call.soleFor !== undefined) return undefined
  const { network, purpose, kind, gasLimit = null } = call
  const signer = call.signer ? signerFor(network, purpose, call.signer) : await pickSigner(db, network, purpose)
  if (!signer || signer.remote) return undefined
  const about = { ...askedOfCall(call), id: ctx.id(), network, kind, purpose, gasLimit, signer: signer.address }
  const transaction: Transaction.Transaction = { ...blank, ...about }
  const priced = await priceCall(transaction).catch((error: unknown) => {
    if (!isTrouble(error)) throw error
    return undefined
  })
  failpoint('after-simulation')
  if (priced?.kind !== 'ready') return undefined
  const { offer, simulation } = priced
  // What the caller saw is not told as if it had been simulated here.
  const wanted: AttemptInput = { kind: 'call', offer, ...(!call.isSimulated && { simulation }) }
  return { kind: 'call', transaction, signer, wanted }
}

function prepareRaw(
  ctx: Ctx,
  { network, purpose, from, bytes, hash, expiresAtMs }: Extract<Call, { kind: 'raw' }>,
): Launch {
  const about = { id: ctx.id(), network, kind: 'raw' as const, purpose, signer: from.toLowerCase(), expiresAtMs }
  const asked = { to: null, data: null, calls: null, value: 0n, gasLimit: null, simulation: null }
  const signed = { hash: hash.toLowerCase() as Hex, raw: toBytea(bytes), seq: 1, private: false }
  return { kind: 'raw', transaction: { ...blank, ...asked, ...about, status: 'signed' }, signed, expiresAtMs }
}

/**
 * Stores the transaction of a launch and its signed bytes with what belongs to it, in one statement: all of it or nothing. Nothing has
 * left when this returns: `sendLaunched` does that.
 * @returns undefined when nothing was written: what belongs to it does not hold any more, or the lane is full.
 * @throws a unique violation when the same signed bytes were stored before.
 */
export async function storeLaunch(
  ctx: Ctx,
  launch: Launch,
  { part, events }: LaunchCompanion,
): Promise<SignedAttempt | undefined> {
  const { transaction } = launch
  if (launch.kind === 'raw') {
    const told = { parts: [part, rawPart(launch)], events: [queued(launch), ...events] }
    const { isWritten } = await writeTold(ctx, told)
    return isWritten ? launch.signed : undefined
  }
  let signed: SignedAttempt | undefined
  const take = () =>
    takeSlot(ctx, transaction, (nonce) => {
      const made = signInSlot(launch.signer, transaction, launch.wanted, nonce)
      signed = made.signed
      const told = [queued(launch), ...events, ...made.events]
      return { parts: [part, callPart(launch, nonce), made.attempt], events: told }
    })
  let slot = await take()
  if (slot === 'no lane') {
    await ensureSigner(transaction.network, transaction.purpose, transaction.signer)
    slot = await take()
  }
  return typeof slot === 'bigint' ? signed : undefined
}

/** Sends what a launch stored. What the node answered is written by the caller that waits for the outcome, unless the bytes were not taken. */
export async function sendLaunched(ctx: Ctx, { transaction }: Launch, signed: SignedAttempt): Promise<void> {
  failpoint('after-attempt-commit')
  await broadcastAttempt(ctx, transaction, signed, { later: true })
}

function queued(launch: Launch): AuditEvent.AuditEvent {
  const { id, network, kind, purpose, signer, to, value } = launch.transaction
  const asked =
    launch.kind === 'raw' ? { hash: launch.signed.hash, expiresAtMs: launch.expiresAtMs } : { to, valueWei: value }
  return { type: 'transaction.queued', transactionId: id, data: { network, kind, purpose, signer, ...asked } }
}

/** Leased to this process as if it had been queued and taken: a process that finds it later signs nothing. */
function callPart({ transaction, wanted }: Extract<Launch, { kind: 'call' }>, nonce: bigint): WritePart {
  const { id, network, kind, signer, purpose, to, data, value, gasLimit, epoch } = transaction
  const simulation = wanted.simulation ? json(wanted.simulation) : null
  return {
    writes: (when) => sql`
      queued AS (
        INSERT INTO transaction
          (id, network, kind, signer, purpose, "to", data, value, gas_limit, simulation, status, nonce, epoch, lease_owner,
           lease_until, due_at)
        SELECT ${id}::uuid, ${network}::text, ${kind}::text, ${signer}::text, ${purpose}::text, ${to}::text, ${data}::bytea,
          ${value}::numeric, ${gasLimit}::bigint, ${simulation}::jsonb, 'signed'::transaction_status, ${nonce}::bigint,
          ${epoch}::int, ${processId}::uuid, now() + make_interval(secs => ${leaseMs / 1000}),
          now() + make_interval(secs => ${headStartMs / 1000})
        WHERE ${when})`,
  }
}

function rawPart({ transaction, signed, expiresAtMs }: Extract<Launch, { kind: 'raw' }>): WritePart {
  const { id, network, signer, purpose, epoch } = transaction
  return {
    writes: (when) => sql`
        queued AS (
          INSERT INTO transaction (id, network, kind, signer, purpose, status, expires_at, epoch, lease_owner, lease_until, due_at)
          SELECT ${id}::uuid, ${network}::text, 'raw', ${signer}::text, ${purpose}::text, 'signed'::transaction_status,
            to_timestamp(${expiresAtMs / 1000}), ${epoch}::int, ${processId}::uuid,
            now() + make_interval(secs => ${leaseMs / 1000}), now() + make_interval(secs => ${headStartMs / 1000})
          WHERE ${when}),
        stored AS (
          INSERT INTO attempt (hash, transaction_id, seq, raw, max_fee_per_gas, tip_per_gas, gas)
          SELECT ${signed.hash}::text, ${id}::uuid, 1, ${signed.raw}::bytea, 0, 0, 0 WHERE ${when})`,
  }
}
