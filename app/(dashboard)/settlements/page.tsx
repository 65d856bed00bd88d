import { Landmark } from 'lucide-react'
import type { Metadata } from 'next'
import { dateField, networkField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import type { FilterField } from '@/components/list/filter-field'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/panel'
import { BatchTable, formWords } from '@/components/settlement/batch-table'
import { Schedules } from '@/components/settlement/schedules'
import { statusOptions } from '@/components/status'
import { MemberScope } from '@/lib/auth'
import { Escrow, labelNetwork } from '@/lib/chains'
import { findSettlementTerms, listSessionNetworks, Schedule } from '@/lib/channels'
import { Filter } from '@/lib/paging'
import { BatchFilter, listBatches } from '@/lib/settlement'

export const metadata: Metadata = { title: 'Settlements' }

const path = '/settlements'

export default async function SettlementsPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(BatchFilter.shape, await searchParams)
  const [page, schedules] = await Promise.all([listBatches(scope, values, ask), readSchedules(scope.merchantId)])
  return (
    <>
      <PageHeader
        title="Settlements"
        description="Payments and channels that settle together, and when channels are settled."
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
