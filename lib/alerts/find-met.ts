import { labelNetwork } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import { Amount } from '@/lib/money'
import { findFraud } from './find-fraud'
import { findRemoteTrouble } from './find-remote-trouble'
import { readGas } from './read-gas'
import * as Rule from './Rule'

/** A subject that meets a rule now: "transaction:{id}", "signer:{network}:{address}", "webhook:{id}", … */
type Met = { subject: string; message: string; transactionId?: string }

export type Findings = {
  met: readonly Met[]
  /** Subjects that could not be checked: their open alerts stay open. */
  unsure: readonly string[]
}

type Watched = { condition: Rule.AlertCondition; merchantId: string; operator: boolean }

/** More than a person reads; the oldest come first. */
const metMax = 100

/** Everything that meets a rule now. */
export async function findMet(rule: Watched): Promise<Findings> {
  const { condition } = rule
  switch (condition.kind) {
    case 'unknown':
      return sure([
        ...(await findUnknown(rule, condition.minutes)),
        ...(await findRemoteTrouble(rule, condition.minutes)),
      ])
    case 'held':
      return sure(await findHeld(rule, condition.minutes))
    case 'reorg':
      return sure([...(await findReorged(rule)), ...(await findTakenBack(rule))])
    case 'webhook':
      return sure(await findFailing(rule, condition.minutes))
    case 'payouts':
      return sure([...(await findPayoutChanges(rule)), ...(await findOwnPayouts(rule))])
    case 'fraud':
      return sure(await findFraud(rule))
    case 'gas':
      return findLow(condition)
    case 'endpoint':
      return sure(await findUnhealthy())
  }
}

const sure = (met: readonly Met[]): Findings => ({ met, unsure: [] })

/** A merchant's rule covers its own transactions and those named by an event of its own. */
function isOf({ operator, merchantId }: Watched): Sql {
  return operator
    ? sql`true`
    : sql`(t.merchant_id = ${merchantId}::uuid OR EXISTS (
        SELECT 1 FROM audit_event v WHERE v.transaction_id = t.id AND v.merchant_id = ${merchantId}::uuid))`
}

const ago = (minutes: number): Sql => sql`now() - make_interval(mins => ${minutes})`

type Found = { id: string; network: string; reason: string | null }

async function findUnknown(rule: Watched, minutes: number): Promise<Met[]> {
  const rows = await db.query<Found>(sql`
    SELECT t.id, t.network, NULL AS reason FROM transaction t
    WHERE t.status = 'submitted' AND t.submitted_at < ${ago(minutes)} AND ${isOf(rule)}
    ORDER BY t.submitted_at LIMIT ${metMax}`)
  return rows.map((row) => about(row, `was sent more than ${minutes} min ago and is not in a block`))
}

/** Measured from the first hold after its last progress: a reworded reason does not restart the time. */
async function findHeld(rule: Watched, minutes: number): Promise<Met[]> {
  const rows = await db.query<Found>(sql`
    SELECT t.id, t.network, t.held_reason AS reason
    FROM transaction t, LATERAL (
      SELECT min(h.at) AS since FROM audit_event h
      WHERE h.transaction_id = t.id AND h.type = 'transaction.held' AND h.seq > coalesce((
        SELECT max(m.seq) FROM audit_event m
        WHERE m.transaction_id = t.id AND m.type IN ('transaction.resumed', 'transaction.signed', 'transaction.replaced')), 0)) held
    WHERE (t.status = 'held' OR (t.status = 'submitted' AND t.held_reason IS NOT NULL))
      AND held.since < ${ago(minutes)} AND ${isOf(rule)}
    ORDER BY held.since LIMIT ${metMax}`)
  return rows.map((row) =>
    about(row, `has been on hold for more than ${minutes} min${row.reason ? `: ${row.reason}` : ''}`),
  )
}

/** For at least ten minutes, so that a short one is seen too, and until it can happen no more. */
async function findReorged(rule: Watched): Promise<Met[]> {
  const rows = await db.query<Found>(sql`
    SELECT t.id, t.network, NULL AS reason
    FROM (SELECT transaction_id, max(at) AS at FROM audit_event
          WHERE type = 'transaction.reorged' AND at > ${ago(24 * 60)} GROUP BY transaction_id) r
    JOIN transaction t ON t.id = r.transaction_id
    WHERE (r.at > ${ago(10)} OR t.status IN ('signed', 'submitted', 'included', 'safe')) AND ${isOf(rule)}
    ORDER BY r.at LIMIT ${metMax}`)
  return rows.map((row) => about(row, 'was in a block that left the chain; it is tracked until it is final'))
}

/**
 * Payments and refunds that a reorganisation took back: until they are booked again; for a day if that failed for good.
 */
async function findTakenBack({ operator, merchantId }: Watched): Promise<Met[]> {
  const rows = await db.query<{ id: string; network: string; type: string; settlement: string }>(sql`
    SELECT p.id, p.network, e.type, p.settlement
    FROM (SELECT DISTINCT ON (payment_id) payment_id, type, at FROM audit_event
          WHERE type IN ('payment.reorged', 'payment.refund_reorged') AND at > ${ago(24 * 60)} ORDER BY payment_id, seq DESC) e
    JOIN payment p ON p.id = e.payment_id
    WHERE (e.at > ${ago(10)} OR (e.type = 'payment.reorged' AND p.settlement <> 'settled')
        OR (e.type = 'payment.refund_reorged' AND EXISTS (
          SELECT FROM refund r WHERE r.payment_id = p.id AND r.status IN ('due', 'sent'))))
      AND (${operator} OR p.merchant_id = ${merchantId}::uuid)
    ORDER BY e.at LIMIT ${metMax}`)
  return rows.map(({ id, network, type, settlement }) => {
    const what = type === 'payment.reorged' ? 'Payment' : 'The refund of payment'
    const ending = type === 'payment.reorged' && settlement === 'failed' ? '; it did not move again' : ''
    return {
      subject: `payment:${id}`,
      message: `${what} ${id} on ${labelNetwork(network).name} was taken back: its block left the chain${ending}.`,
    }
  })
}

function about({ id, network }: Found, what: string): Met {
  return {
    subject: `transaction:${id}`,
    transactionId: id,
    message: `Transaction ${id.slice(0, 8)} on ${labelNetwork(network).name} ${what}.`,
  }
}

async function findFailing({ operator, merchantId }: Watched, minutes: number): Promise<Met[]> {
  const rows = await db.query<{ id: string; url: string; why: string | null }>(sql`
    SELECT id, url, disabled_why AS why FROM webhook_endpoint
    WHERE failing_since < ${ago(minutes)} AND (${operator} OR merchant_id = ${merchantId}::uuid)
    ORDER BY failing_since LIMIT ${metMax}`)
  return rows.map(({ id, url, why }) => ({
    subject: `webhook:${id}`,
    message: why
      ? `The webhook endpoint ${url} is switched off: ${why}`
      : `The webhook endpoint ${url} has accepted no delivery for more than ${minutes} min.`,
  }))
}

/** A change that was cancelled is over: the addresses stay as they were. */
async function findPayoutChanges({ operator, merchantId }: Watched): Promise<Met[]> {
  const rows = await db.query<{ id: string; by: string; name: string; appliesAt: Date; isApplied: boolean }>(sql`
    SELECT c.id, c.requested_by AS by, m.name, c.applies_at, c.applied_at IS NOT NULL AS is_applied
    FROM merchant_payout_change c JOIN merchant m ON m.id = c.merchant_id
    WHERE c.cancelled_at IS NULL AND (c.applied_at IS NULL OR c.applied_at > ${ago(24 * 60)})
      AND (${operator} OR c.merchant_id = ${merchantId}::uuid)
    ORDER BY c.requested_at LIMIT ${metMax}`)
  return rows.map(({ id, by, name, appliesAt, isApplied }) => ({
    subject: `payouts:${id}:${isApplied ? 'applied' : 'waiting'}`,
    message: isApplied
      ? `The payouts of ${name} were changed by ${by}. Look at the addresses under Settings, Payouts.`
      : `A change of the payouts of ${name}, signed by ${by}, applies at ${appliesAt.toISOString()}. Cancel it under Settings, Payouts, if it is not yours.`,
  }))
}

/** Addresses that one resource has instead of the shop's: set or changed within a day. Each change is an alert. */
async function findOwnPayouts({ operator, merchantId }: Watched): Promise<Met[]> {
  const rows = await db.query<{ id: string; name: string; seq: bigint }>(sql`
    SELECT r.id, r.name, e.seq FROM audit_event e JOIN resource r ON r.id = e.resource_id
    WHERE e.type IN ('resource.updated', 'resource.created') AND e.at > ${ago(24 * 60)} AND r.own_payouts
      AND (e.data->'changes' ? 'payouts' OR (e.type = 'resource.created' AND e.data->>'ownPayouts' = 'true'))
      AND (${operator} OR e.merchant_id = ${merchantId}::uuid)
    ORDER BY e.seq LIMIT ${metMax}`)
  return rows.map(({ id, name, seq }) => ({
    subject: `resource:${id}:${seq}`,
    message: `The resource ${name} has payouts of its own, and they were changed. Look at the addresses on its page.`,
  }))
}

async function findLow({ network, belowBase }: Extract<Rule.AlertCondition, { kind: 'gas' }>): Promise<Findings> {
  const signers = await db.query<{ address: string }>(
    sql`SELECT DISTINCT address FROM signer WHERE network = ${network} ORDER BY address`,
  )
  const { symbol, decimals } = Rule.gasOf(network)
  const found = await Promise.all(
    signers.map(async ({ address }) => {
      const subject = `signer:${network}:${address}`
      const base = await readGas(network, address)
      if (base === undefined) return { unsure: [subject], met: [] }
      const holds = `${Amount.toDecimal(base, decimals)} ${symbol}`
      const message = `Signer ${address} holds ${holds} on ${labelNetwork(network).name}, less than ${Amount.toDecimal(belowBase, decimals)} ${symbol}.`
      return { unsure: [], met: base < belowBase ? [{ subject, message }] : [] }
    }),
  )
  return { met: found.flatMap(({ met }) => met), unsure: found.flatMap(({ unsure }) => unsure) }
}

/** As reported by any process within the last minute. */
async function findUnhealthy(): Promise<Met[]> {
  const rows = await db.query<{ network: string; endpoint: string; reason: string | null }>(sql`
    SELECT network, endpoint, max(coalesce(dishonest, last_error)) AS reason FROM rpc_health
    WHERE at > ${ago(1)} AND (state IN ('open', 'lying') OR dishonest IS NOT NULL)
    GROUP BY network, endpoint ORDER BY network, endpoint LIMIT ${metMax}`)
  return rows.map(({ network, endpoint, reason }) => ({
    subject: `endpoint:${network}:${endpoint}`,
    message: `The endpoint ${endpoint} of ${labelNetwork(network).name} is not asked any more${reason ? `: ${reason}` : ''}.`,
  }))
}
