import type { ReactNode } from 'react'
import { DataTable, type Column } from '../data-table'
import { Gas } from '../gas'
import { Status } from '../status'
import { Time } from '../time'

/** A policy in the list. Wei as decimal strings. */
export type PolicyRow = {
  id: string
  name: string
  archived: boolean
  version: number
  contracts: number
  networks: readonly string[]
  maxValueWei: string
  maxFeeWei: string
  /** Gas token of its first network. */
  symbol: string
  updatedAt: string
}

const columns: Column<PolicyRow>[] = [
  { key: 'name', header: 'Policy', cell: ({ name }) => name },
  {
    key: 'state',
    header: 'Status',
    cell: ({ archived }) => <Status kind="policy" value={archived ? 'archived' : 'used'} />,
  },
  { key: 'contracts', header: 'Contracts', align: 'right', from: 'sm', cell: ({ contracts }) => contracts },
  { key: 'networks', header: 'Networks', from: 'lg', cell: ({ networks }) => networks.join(', ') },
  {
    key: 'value',
    header: 'Value, at most',
    align: 'right',
    from: 'md',
    cell: ({ maxValueWei, symbol }) => <Gas wei={maxValueWei} symbol={symbol} />,
  },
  {
    key: 'fee',
    header: 'Fee, at most',
    align: 'right',
    from: 'md',
    cell: ({ maxFeeWei, symbol }) => <Gas wei={maxFeeWei} symbol={symbol} />,
  },
  { key: 'version', header: 'Version', align: 'right', from: 'sm', cell: ({ version }) => version },
  { key: 'edited', header: 'Edited', align: 'right', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
]

/** Policies: those in use first. */
export function PolicyTable({ policies, empty }: { policies: readonly PolicyRow[]; empty: ReactNode }) {
  return (
    <DataTable
      caption="Execution policies"
      columns={columns}
      rows={policies}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/policies/${id}`}
      empty={empty}
    />
  )
}
