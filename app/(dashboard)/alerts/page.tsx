import { Bell, History } from 'lucide-react'
import type { Metadata } from 'next'
import { listLinks } from '@/app/_lib/list-links'
import { requireSession } from '@/app/_lib/session'
import { AlertTable } from '@/components/alert/alert-table'
import { OpenAlerts } from '@/components/alert/open-alerts'
import { RuleDialog } from '@/components/alert/rule-dialog'
import { RuleList } from '@/components/alert/rule-list'
import { ArchivedLink } from '@/components/archived-link'
import { AutoRefresh } from '@/components/auto-refresh'
import { Empty } from '@/components/empty'
import { ListFooter } from '@/components/list/list-footer'
import { Section } from '@/components/panel'
import { PageHeader } from '@/components/page-header'
import { MemberScope } from '@/lib/auth'
import { listOpenAlerts, listResolvedAlerts, listRules, Rule } from '@/lib/alerts'
import { labelServed } from '@/lib/chains'
import { Caip } from '@/lib/money'
import { Filter } from '@/lib/paging'
import { listEndpoints } from '@/lib/webhooks'
import { createRuleAction, refundFraudAction, setRuleArchivedAction, setRuleStatusAction } from './actions'

export const metadata: Metadata = { title: 'Alerts' }

const path = '/alerts'

export default async function AlertsPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const params = await searchParams
  const isArchived = params.archived === '1'
  const { ask, query } = Filter.read({}, params)
  const [rules, open, page] = await Promise.all([
    listRules(scope, isArchived),
    listOpenAlerts(scope),
    listResolvedAlerts(scope, ask),
  ])
  const editable = MemberScope.may(scope, scope.merchantId, 'integrate')
  return (
    <>
      {rules.some(({ enabled }) => enabled) && <AutoRefresh everyMs={5_000} />}
      <PageHeader
        title="Alerts"
        description="Conditions to watch. An alert is open while its condition holds."
        actions={editable && <AddRule scope={scope} />}
      />
      {rules.length > 0 && (
        <OpenAlerts
          alerts={open}
          refundNow={MemberScope.may(scope, scope.merchantId, 'refund') ? refundFraudAction : undefined}
        />
      )}
      <Section title="Rules">
        {rules.length > 0 ? (
          <RuleList
            rules={rules}
            editable={editable}
            isArchived={isArchived}
            setStatus={setRuleStatusAction}
            setArchived={setRuleArchivedAction}
          />
        ) : (
          <div className="rounded-lg border bg-card">
            <Empty icon={Bell} title={isArchived ? 'Nothing is archived' : 'No rules yet'}>
              {isArchived
                ? 'Rules that you archive are listed here.'
                : 'Add a rule, for example for transactions whose outcome is unknown for five minutes.'}
            </Empty>
          </div>
        )}
        <ArchivedLink path={path} isArchived={isArchived} />
      </Section>
      {(rules.length > 0 || page.total > 0) && (
        <section aria-labelledby="history-title" className="mt-6">
          <h2 id="history-title" className="mb-2 text-sm font-semibold">
            History
          </h2>
          <AlertTable
            alerts={page.rows}
            empty={
              <Empty icon={History} title="No resolved alerts">
                Resolved alerts are listed here.
              </Empty>
            }
          />
          <ListFooter noun="alerts" {...listLinks(path, query, page)} />
        </section>
      )}
    </>
  )
}

/** The form with its choices. */
async function AddRule({ scope }: { scope: MemberScope.MemberScope }) {
  const endpoints = await listEndpoints(scope)
  return (
    <RuleDialog
      kinds={Rule.kindsFor(scope).map((kind) => ({ kind, ...Rule.kinds[kind] }))}
      networks={labelServed().map(({ network, name }) => ({
        value: network,
        label: name,
        gasSymbol: Rule.gasOf(Caip.parse(network)).symbol,
      }))}
      endpoints={endpoints
        .filter(({ disabledAt, merchantId }) => disabledAt === null && merchantId === scope.merchantId)
        .map(({ id, url }) => ({ value: id, label: url }))}
      create={createRuleAction}
    />
  )
}
