import { Landmark } from 'lucide-react'
import type { Metadata } from 'next'
import { dateField, networkField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import { ExportMenu } from '@/components/list/export-menu'
import type { FilterField } from '@/components/list/filter-bar'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/panel'
import { BatchTable, formWords } from '@/components/settlement/batch-table'
import { ReconciliationTable } from '@/components/settlement/reconciliation-table'
import { RefundTable } from '@/components/settlement/refund-table'
import { Schedules } from '@/components/settlement/schedules'
import { statusOptions } from '@/components/status'
import { MemberScope } from '@/lib/auth'
import { Escrow, labelNetwork } from '@/lib/chains'
import { findSettlementTerms, listSessionNetworks, Schedule } from '@/lib/channels'
import { Filter, Page } from '@/lib/paging'
import { listRefunds } from '@/lib/payments'
import { BatchFilter, listBatches, listReconciliations } from '@/lib/settlement'

export const metadata: Metadata = { title: 'Settlements' }

const path = '/settlements'
const refundsShown = 25

export default async function SettlementsPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(BatchFilter.shape, await searchParams)
  const [page, schedules, refunds, reconciliations] = await Promise.all([
    listBatches(scope, values, ask),
    readSchedules(scope.merchantId),
    listRefunds(scope, {}, { size: refundsShown }),
    listReconciliations(scope),
  ])
  return (
    <>
      <PageHeader
        title="Settlements"
        description="Payments and channels that settle together, refunds, and whether the ledger agrees with the chain."
      />
      <h2 className="mb-2 text-sm font-semibold">Batches</h2>
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields()}
        noun="batches"
        exportPath={`${path}/export`}
        icon={Landmark}
        none={{
          title: 'Nothing settled yet',
          text: 'Payments and channels that are due at the same time on the same network are sent together. Each batch is listed here.',
        }}
      >
        {(empty) => <BatchTable batches={page.rows} empty={empty} />}
      </FilteredList>
      {schedules.length > 0 && (
        <Section
          id="schedules"
          title="Schedule of channels"
          description="When the vouchers of your channels are paid out on chain, and the limits of agents until then."
          className="mt-8"
        >
          <Schedules rows={schedules} editable={MemberScope.may(scope, scope.merchantId, 'settle')} />
        </Section>
      )}
      <Section
        id="refunds"
        title="Refunds"
        className="mt-8"
        actions={refunds.total > 0 && <ExportMenu noun="refunds" href="/settlements/refunds/export" />}
      >
        <RefundTable refunds={refunds.rows} />
        {refunds.total > refunds.rows.length && (
          <p className="mt-2 text-xs text-muted-foreground">
            The newest {refunds.rows.length} of {Page.totalWords(refunds.total)}. The payments list has a filter for
            all.
          </p>
        )}
      </Section>
      <Section
        id="reconciliation"
        title="Books against chain"
        description="The balance of an address on chain, minus its balance before the first sale, must equal the booked amount."
        className="mt-8"
      >
        <ReconciliationTable rows={reconciliations} />
      </Section>
    </>
  )
}

async function readSchedules(merchantId: string) {
  return Promise.all(
    listSessionNetworks().map(async (network) => {
      const policy = await findSettlementTerms(merchantId, network)
      return {
        network,
        name: labelNetwork(network).name,
        schedule: Schedule.describe(policy, Escrow.kindOn(network) === 'batch-settlement'),
        limits: Schedule.describeLimits(policy),
        isDefault: policy.revision === 0,
      }
    }),
  )
}

function fields(): FilterField[] {
  return [
    { kind: 'choice', name: 'status', label: 'State', options: statusOptions('batch') },
    {
      kind: 'choice',
      name: 'form',
      label: 'Form',
      options: Object.entries(formWords).map(([value, label]) => ({ value, label })),
    },
    networkField(),
    dateField,
  ]
}
