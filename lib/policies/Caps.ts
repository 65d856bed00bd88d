import type { Caip2 } from '@/lib/money'
import { words, type DayCaps, type PolicyRules, type RuleVerdict } from './ExecutionPolicy'

/** The caller. For a member only the caps of the whole policy apply. */
export type PolicyCaller = { kind: 'key' | 'agent' | 'member'; id: string }

/** A daily counter of the whole policy, one key or one agent, with its caps. */
export type DayCounter = { subject: string; caps: DayCaps }

/**
 * The counters that one request changes, always in this order, so that two requests on the same counters cannot
 * deadlock. Pure.
 */
export function countersOf({ perDay }: PolicyRules, asker: PolicyCaller): DayCounter[] {
  const own = asker.kind === 'member' ? null : perDay[asker.kind]
  return [...(own ? [{ subject: subjectOf(asker), caps: own }] : []), { subject: 'policy', caps: perDay.policy }]
}

export function subjectOf({ kind, id }: PolicyCaller): string {
  return `${kind}:${kind === 'agent' ? id.toLowerCase() : id}`
}

export type DayUsage = { valueWei: bigint; feeWei: bigint; transactions: number }

/** The caps that one more request would exceed, and by how much; empty if it fits. Pure. */
export function judge({ subject, caps }: DayCounter, used: DayUsage, more: DayUsage, network: Caip2): RuleVerdict[] {
  const whom =
    subject === 'policy' ? 'All callers together' : subject.startsWith('key:') ? 'This API key' : 'This agent'
  const line = (rule: string, ok: boolean, now: string, increase: string, cap: string): RuleVerdict => ({
    rule: `day-${rule}`,
    ok,
    detail: `${whom}: ${now} of ${cap} today, ${increase} more requested.`,
  })
  const amount = (rule: string, now: bigint, increase: bigint, cap: bigint) =>
    line(rule, now + increase <= cap, words(now, network), words(increase, network), words(cap, network))
  const { transactions } = caps
  const fits = used.transactions + more.transactions <= transactions
  return [
    amount('value', used.valueWei, more.valueWei, caps.valueWei),
    amount('fee', used.feeWei, more.feeWei, caps.feeWei),
    line('count', fits, `${used.transactions}`, `${more.transactions}`, `${transactions} transactions`),
  ]
}
