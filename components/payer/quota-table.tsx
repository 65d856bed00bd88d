import Link from 'next/link'
import type { PayerView } from '@/lib/payers'
import { column } from '../columns'
import { DataTable } from '../data-table'

/** A payer's free calls today. */
export function QuotaTable({ quota }: { quota: PayerView.PayerDetail['quota'] }) {
  return (
    <DataTable<PayerView.PayerDetail['quota'][number]>
      caption="Free calls today"
      rows={quota}
      rowKey={({ resource }) => resource.id}
      empty={null}
      columns={[
        column('Resource', ({ resource }) => (
          <Link href={`/resources/${resource.id}`} className="rounded-sm font-mono text-xs text-brand hover:underline">
            {resource.method} {resource.path}
          </Link>
        )),
        column(
          'Free calls today (UTC)',
          { align: 'right' },
          ({ used, perDay }) => `${used.toLocaleString('en')} of ${perDay.toLocaleString('en')} used`,
        ),
      ]}
    />
  )
}
