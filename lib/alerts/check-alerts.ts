import type { Ctx } from '../ctx'
import { log } from '../log'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import { db, sql, withTransaction } from '@/lib/db'
import { findMet, type Findings } from './find-met'
import * as Rule from './Rule'

type Row = {
  id: string
  merchantId: string
  kind: string
  params: unknown
  endpointId: string | null
  operator: boolean
}

/** Rules that are checked in parallel. */
const lanes = 4
/** A slower check goes on in the background; the next run checks the rule again. */
const ruleMs = 5_000

/**
 * Checks every enabled rule: opens one alert for each subject that meets it, and resolves those that no longer do.
 * Webhooks get the audit events. A slow or failing rule delays no other; none starts after `budgetMs`. Returns the
 * number of alerts that changed.
 */
export async function checkAlerts(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = performance.now() + budgetMs
  const rules = await db.query<Row>(sql`
    SELECT id, merchant_id, kind, params, endpoint_id, operator
    FROM alert_rule WHERE enabled ORDER BY random()`)
  const open = await findOpen(rules)
  let changed = 0
  let next = 0
  const lane = async () => {
    for (let rule = rules[next++]; rule && performance.now() < untilMs; rule = rules[next++]) {
      // The sum is read after the await, because other lanes add to it meanwhile.
      const count = await check(ctx, rule, open.get(rule.id) ?? [])
      changed += count
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return changed
}

async function check(ctx: Ctx, rule: Row, open: readonly Open[]): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${ruleMs} ms`)), ruleMs)
  })
  const looked = Promise.resolve().then(async () => {
    const condition = Rule.stored(rule.kind, rule.params)
    return apply(ctx, rule, open, await findMet({ ...rule, condition }))
  })
  try {
    return await Promise.race([looked, late])
  } catch (error) {
    // A late result is written by the check itself; this run already counts it as slow.
    looked.catch(() => undefined)
    log().warn({ err: error, ruleId: rule.id }, 'a rule could not be looked at')
    return 0
  } finally {
    clearTimeout(timer)
  }
}

type Open = { id: string; subject: string; message: string }

/** The open alerts of all rules, by rule. An alert opened meanwhile is resolved by a later run. */
async function findOpen(rules: readonly Row[]): Promise<ReadonlyMap<string, readonly Open[]>> {
  if (rules.length === 0) return new Map()
  const rows = await db.query<Open & { ruleId: string }>(sql`
    SELECT rule_id, id, subject, message FROM alert
    WHERE rule_id = ANY(${rules.map(({ id }) => id)}::uuid[]) AND resolved_at IS NULL`)
  const byRule = new Map<string, Open[]>()
  for (const { ruleId, ...one } of rows) byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), one])
  return byRule
}

async function apply(ctx: Ctx, rule: Row, open: readonly Open[], { met, unsure }: Findings): Promise<number> {
  const subjects = new Set([...met.map(({ subject }) => subject), ...unsure])
  const known = new Set(open.map(({ subject }) => subject))
  const begun = met.filter(({ subject }) => !known.has(subject)).map((one) => ({ ...one, id: ctx.id() }))
  const over = open.filter(({ subject }) => !subjects.has(subject))
  if (begun.length + over.length === 0) return 0
  return withTransaction(async (tx) => {
    // The rule was disabled meanwhile, which resolved its alerts.
    const [on] = await tx.query(sql`SELECT 1 FROM alert_rule WHERE id = ${rule.id}::uuid AND enabled FOR SHARE`)
    if (!on) return 0
    const opened = await tx.query<{ id: string }>(sql`
      INSERT INTO alert (id, rule_id, subject, message)
      SELECT id, ${rule.id}::uuid, subject, message
      FROM unnest(${begun.map(({ id }) => id)}::uuid[], ${begun.map(({ subject }) => subject)}::text[],
        ${begun.map(({ message }) => message)}::text[]) AS b(id, subject, message)
      ON CONFLICT (rule_id, subject) WHERE resolved_at IS NULL DO NOTHING
      RETURNING id`)
    const resolved = await tx.query<{ id: string }>(sql`
      UPDATE alert SET resolved_at = now() WHERE id = ANY(${over.map(({ id }) => id)}::uuid[]) AND resolved_at IS NULL
      RETURNING id`)
    const events = [
      ...eventsOf(rule, 'alert.opened', among(begun, opened)),
      ...eventsOf(rule, 'alert.resolved', among(over, resolved)),
    ]
    await recordEvents(tx, ctx, events)
    return events.length
  })
}

function among<One extends { id: string }>(all: readonly One[], written: readonly { id: string }[]): One[] {
  const ids = new Set(written.map(({ id }) => id))
  return all.filter(({ id }) => ids.has(id))
}

/** The audit events, which webhooks deliver. */
export function eventsOf(
  rule: { id: string; merchantId: string; kind: string; endpointId: string | null },
  type: 'alert.opened' | 'alert.resolved',
  alerts: readonly Open[],
): AuditEvent.AuditEvent[] {
  return alerts.map(({ id, subject, message }) => ({
    type,
    merchantId: rule.merchantId,
    ...(subject.startsWith('transaction:') && { transactionId: subject.slice('transaction:'.length) }),
    ...(subject.startsWith('payment:') && { paymentId: subject.slice('payment:'.length) }),
    data: { alertId: id, ruleId: rule.id, kind: rule.kind, endpointId: rule.endpointId, subject, message },
  }))
}
