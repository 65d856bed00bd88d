import type { Ctx } from '../../ctx'
import { writeAudited, type AuditEvent } from '@/lib/audit'
import { json, processId, sql, type WritePart } from '@/lib/db'
import { headStartMs } from '../enqueue-transaction'
import { ensureSigner } from '../signers/ensure-signer'
import { leaseMs } from '../lease'
import { signInSlot, type SignedAttempt } from './sign-attempt'
import { takeSlot } from './take-slot'
import { type Launch, type LaunchCompanion } from './launch'

/**
 * Stores the transaction of a launch, its signed bytes and its companion in one statement: all or nothing. Nothing is
 * sent yet: `sendLaunched` does that.
 */
export async function storeLaunch(
  ctx: Ctx,
  launch: Launch,
  { part, events }: LaunchCompanion,
): Promise<SignedAttempt | undefined> {
  const { transaction } = launch
  if (launch.kind === 'raw') {
    const written = { parts: [part, rawPart(launch)], events: [queued(launch), ...events] }
    const { isWritten } = await writeAudited(ctx, written)
    return isWritten ? launch.signed : undefined
  }
  let signed: SignedAttempt | undefined
  const take = () =>
    takeSlot(ctx, transaction, (nonce) => {
      const made = signInSlot(launch.signer, transaction, launch.wanted, nonce)
      signed = made.signed
      const written = [queued(launch), ...events, ...made.events]
      return { parts: [part, callPart(launch, nonce), made.attempt], events: written }
    })
  let slot = await take()
  if (slot === 'no lane') {
    await ensureSigner(transaction.network, transaction.purpose, transaction.signer)
    slot = await take()
  }
  return typeof slot === 'bigint' ? signed : undefined
}

function queued(launch: Launch): AuditEvent.AuditEvent {
  const { id, network, kind, purpose, signer, to, value } = launch.transaction
  const request =
    launch.kind === 'raw' ? { hash: launch.signed.hash, expiresAtMs: launch.expiresAtMs } : { to, valueWei: value }
  return { type: 'transaction.queued', transactionId: id, data: { network, kind, purpose, signer, ...request } }
}

/** Leased to this process as if queued and claimed, so that no other process signs it. */
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
