import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { type AuditEvent } from '@/lib/audit'
import { signerFor, type Call, type LocalSigner } from '@/lib/chains'
import { db, type WritePart } from '@/lib/db'
import { isTrouble } from './drive'
import { requestOfCall, blank } from '../enqueue-transaction'
import { pickSigner } from '../signers/pick-signer'
import { priceCall } from './price-call'
import { toBytea } from '../bytes'
import { type SignedAttempt, type AttemptInput } from './sign-attempt'
import type * as Transaction from '../Transaction'

/** A call that can be sent at once. Nothing of it is stored yet. */
export type Launch =
  | { kind: 'call'; transaction: Transaction.Transaction; signer: LocalSigner; wanted: AttemptInput }
  | { kind: 'raw'; transaction: Transaction.Transaction; signed: SignedAttempt; expiresAtMs: number }

/** What is written in the same statement, and the events between "queued" and "signed". */
export type LaunchCompanion = { part: WritePart; events: readonly AuditEvent.AuditEvent[] }

/**
 * Simulates and prices a call before any row exists, so that one statement can store all of it with its signed bytes.
 * Undefined if that is impossible: the key is remote, it would revert, it needs funds, or the chain does not answer.
 * Then `enqueueTransaction` and `submitNow` take over and report the reason. Reads only.
 */
export async function prepareLaunch(ctx: Ctx, call: Call): Promise<Launch | undefined> {
  if (call.kind === 'raw') return prepareRaw(ctx, call)
  if (call.kind !== 'call' || call.terms || call.soleFor !== undefined) return undefined
  const { network, purpose, kind, gasLimit = null } = call
  const signer = call.signer ? signerFor(network, purpose, call.signer) : await pickSigner(db, network, purpose)
  if (!signer || signer.remote) return undefined
  const about = { ...requestOfCall(call), id: ctx.id(), network, kind, purpose, gasLimit, signer: signer.address }
  const transaction: Transaction.Transaction = { ...blank, ...about }
  const priced = await priceCall(transaction).catch((error: unknown) => {
    if (!isTrouble(error)) throw error
    return undefined
  })
  failpoint('after-simulation')
  if (priced?.kind !== 'ready') return undefined
  const { offer, simulation } = priced
  // A simulation made by the caller is not recorded as ours.
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
