import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { writeAudited, type AuditedWrite } from '@/lib/audit'
import { Chain, readRpc, refusalOf, type Log } from '@/lib/chains'
import { db, json, sql, type WritePart } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import type * as Attempt from '../Attempt'
import { answerPart, type BroadcastAnswer } from '../record-answer'
import { compareInclusion } from '../simulate/compare-inclusion'
import { withoutFlush } from '../without-flush'
import * as Transaction from '../Transaction'

/** A parsed receipt. */
export type MinedReceipt = {
  hash: Hex
  ok: boolean
  blockNumber: bigint
  blockHash: Hex
  gasUsed: bigint
  /** Wei per gas. */
  gasPrice: bigint
  /** The L1 data fee of an OP-stack chain, wei; null elsewhere. */
  l1FeeWei: bigint | null
  logs: readonly Log[]
}

/** The transaction of a receipt; `reorgs` as known before it was asked for. */
export type InclusionSubject = Pick<Transaction.Transaction, 'id' | 'network' | 'reorgs'> &
  Partial<Pick<Transaction.Transaction, 'simulation' | 'attempts'>> & {
    /** The node's answer to these bytes, if it is not written yet. */
    answered?: BroadcastAnswer | undefined
  }

/** What the inclusion is compared with: the simulation, and which attempt was included. */
export type ExpectedEffects = { simulation: Transaction.Simulation | null; kind: Attempt.Attempt['kind'] }

/**
 * Writes an inclusion once; the first process to see it does. A receipt read before a reorganisation was noticed writes
 * nothing.
 * @returns the included attempt's kind, `call` or `cancel`; undefined if this call wrote nothing.
 */
export async function recordInclusion(
  ctx: Ctx,
  subject: InclusionSubject,
  receipt: MinedReceipt,
): Promise<Attempt.Attempt['kind'] | undefined> {
  failpoint('after-inclusion')
  const reason = receipt.ok ? null : await explainRevert(subject.network, receipt)
  const expected = expectedOf(subject, receipt) ?? (await readExpected(subject, receipt))
  const { parts, events } = inclusionOf(subject, receipt, expected, reason)
  failpoint('before-inclusion')
  const { isWritten } = await writeAudited(ctx, { parts: [...parts, { holds: withoutFlush }], events })
  return isWritten ? expected.kind : undefined
}

function expectedOf({ simulation, attempts }: InclusionSubject, { hash }: MinedReceipt): ExpectedEffects | undefined {
  const kind = attempts?.find((attempt) => attempt.hash === hash)?.kind
  return kind && simulation !== undefined ? { simulation, kind } : undefined
}

async function readExpected({ id }: InclusionSubject, { hash }: MinedReceipt): Promise<ExpectedEffects> {
  const [row] = await db.query<ExpectedEffects>(sql`
    SELECT t.simulation, coalesce(a.kind, 'call') AS kind
    FROM transaction t LEFT JOIN attempt a ON a.hash = ${hash} WHERE t.id = ${id}::uuid`)
  return row ?? { simulation: null, kind: 'call' }
}

/** An inclusion as part of a statement: it holds while the row still waits for one. `reason` is why it reverted. */
export function inclusionOf(
  { id, network, reorgs, answered }: InclusionSubject,
  receipt: MinedReceipt,
  { simulation, kind }: ExpectedEffects,
  reason: string | null = null,
): AuditedWrite {
  const { logs, l1FeeWei, ...data } = receipt
  const isCancelled = kind === 'cancel'
  const drift = isCancelled ? undefined : compareInclusion(simulation, receipt)
  const more = {
    ...(drift && { drift }),
    ...(l1FeeWei !== null && { l1FeeWei }),
    ...(isCancelled && { isCancelled }),
    ...(reason && { reason }),
  }
  const answer = answered && answerPart(answered)
  const row: WritePart = {
    locks: sql`
      running AS (
        SELECT 1 FROM transaction
        WHERE id = ${id}::uuid AND reorgs = ${reorgs} AND status = ANY(${Transaction.mayBecome('included')}::transaction_status[])
        FOR UPDATE)`,
    holds: sql`EXISTS (SELECT 1 FROM running)`,
    writes: (when) => sql`
      ran AS (
        UPDATE transaction SET status = 'included', hash = ${receipt.hash}, block_number = ${receipt.blockNumber},
          block_hash = ${receipt.blockHash}, gas_used = ${receipt.gasUsed}, gas_price = ${receipt.gasPrice},
          l1_fee_wei = ${l1FeeWei}, logs = ${json(logs)}::jsonb, error = ${reason}, held_reason = NULL,
          drift = coalesce(${drift ? json(drift) : null}::jsonb, drift),
          lease_until = NULL, included_at = now(), submitted_at = coalesce(submitted_at, now()),
          due_at = now() + make_interval(secs => ${Chain.get(network).blockTimeMs / 1000})
        WHERE id = ${id}::uuid AND ${when})`,
  }
  const eventData = {
    type: 'transaction.included' as const,
    transactionId: id,
    data: { ...data, logs: logs.length, ...more },
  }
  return { parts: [row, ...(answer ? [answer.part] : [])], events: [...(answer?.events ?? []), eventData] }
}

type SentCall = { to?: Hex | null; input?: Hex; value?: Hex }
/** A Tempo transaction holds a list of calls. */
type Sent = SentCall & { from: Hex; calls?: readonly SentCall[] | null }

/**
 * Why it reverted: runs it again on the state before its block, because the exact position in the block cannot be
 * simulated.
 */
async function explainRevert(network: Caip2, { hash, blockNumber }: MinedReceipt): Promise<string> {
  const before = `0x${(blockNumber - 1n).toString(16)}`
  try {
    const { from, calls, ...only } = await readRpc<Sent>(network, 'eth_getTransactionByHash', [hash])
    for (const { to, input, value } of calls ?? [only]) {
      const refusal = await tryAgain(network, { from, to, data: input, value }, before)
      if (refusal !== undefined) return refusal.slice(0, 300)
    }
  } catch {
    // The node may have pruned that state.
  }
  return 'It ran and reverted.'
}

async function tryAgain(network: Caip2, call: Record<string, unknown>, block: string): Promise<string | undefined> {
  try {
    await readRpc(network, 'eth_call', [call, block])
    return undefined
  } catch (error) {
    return refusalOf(error)
  }
}
