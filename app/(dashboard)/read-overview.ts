import type { Overview } from '@/components/overview/overview'
import { MemberScope } from '@/lib/auth'
import { countOpenAlerts, hasNotifications } from '@/lib/alerts'
import { env } from '@/lib/env'
import { findSetUp } from '@/lib/merchants'
import { findMilestones, listPayments, summarizePayments, type DateRange } from '@/lib/payments'
import { findProblems } from '@/lib/settlement'

const recentMax = 8

/** The data of the overview, for the page and for its polling. */
export async function readOverview(scope: MemberScope.MemberScope, range: DateRange.DateRange): Promise<Overview> {
  const [summary, problems, alerts, milestones, payments, setUp, alertsOn] = await Promise.all([
    summarizePayments(scope, range, Date.now()),
    findProblems(scope),
    countOpenAlerts(scope),
    findMilestones(scope),
    listPayments(scope, {}, { size: 25 }),
    findSetUp(scope.merchantId),
    hasNotifications(scope.merchantId),
  ])
  const recent = payments.rows.slice(0, recentMax)
  return {
    range,
    summary,
    problems: alerts > 0 ? [{ kind: 'alert', count: alerts }, ...problems] : problems,
    firstSteps: { ...milestones, ...setUp, alerts: alertsOn },
    recent,
    // A viewer may change nothing, not even with test money.
    demo: env.DEMO_PAYMENT_URL !== undefined && MemberScope.may(scope, scope.merchantId, 'sell'),
  }
}
