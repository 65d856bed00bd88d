import type { ReactNode } from 'react'
import { column } from '../columns'
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
  column('Policy', ({ name }) => name),
  column('Status', ({ archived }) => <Status kind="policy" value={archived ? 'archived' : 'used'} />),
  column('Contracts', { align: 'right', from: 'sm' }, ({ contracts }) => contracts),
  column('Networks', { from: 'lg' }, ({ networks }) => networks.join(', ')),
  column(
    'Value, at most',
    {
      align: 'right',
      from: 'md',
    },
    ({ maxValueWei, symbol }) => <Gas wei={maxValueWei} symbol={symbol} inCoins />,
  ),
  column(
    'Fee, at most',
    {
      align: 'right',
      from: 'md',
    },
    ({ maxFeeWei, symbol }) => <Gas wei={maxFeeWei} symbol={symbol} inCoins />,
  ),
  column('Version', { align: 'right', from: 'sm' }, ({ version }) => version),
  column('Edited', { align: 'right' }, ({ updatedAt }) => <Time at={updatedAt} />),
]

/** Policies, those in use first. */
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
