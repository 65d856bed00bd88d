import { Check } from 'lucide-react'
import type { MemberPermission, MemberRole } from '@/lib/auth'
import { column, None } from '../columns'
import { DataTable } from '../data-table'
import { roleNames } from './role-names'

/** What each role is for, in one sentence. */
export const roleSentences: Record<MemberRole, string> = {
  owner: 'Changes everything, including payouts and members.',
  developer: 'Sells: resources, prices, integrations and executions. Cannot move money.',
  finance: 'Settles, refunds and closes the books. Cannot change what is sold.',
  viewer: 'Sees everything and changes nothing.',
}

const permissionNames: Record<MemberPermission, string> = {
  sell: 'Resources, prices, pausing',
  customers: 'Names, labels and access of payers',
  integrate: 'API keys, webhooks, alerts, facilitators',
  execute: 'Policies and transactions',
  settle: 'Settlement schedules and channels',
  refund: 'Refunds',
  books: 'Notes on payments, reports, closing months',
  payouts: 'Payout addresses',
  members: 'Members and invitations',
  shop: 'Name and address of the shop',
}

type Props = {
  roles: readonly MemberRole[]
  permissionsOf: Record<MemberRole, readonly MemberPermission[]>
}

/** Which role may change what: the table that the server decides by. */
export function RoleTable({ roles, permissionsOf }: Props) {
  const rows = permissionsOf.owner
  return (
    <DataTable
      caption="What each role may change"
      rows={rows}
      rowKey={(permission) => permission}
      empty={null}
      columns={[
        column<MemberPermission>('May change', (permission) => permissionNames[permission]),
        ...roles.map((role) =>
          column<MemberPermission>(roleNames[role], (permission) =>
            permissionsOf[role].includes(permission) ? (
              <>
                <Check aria-hidden className="size-4 text-success" />
                <span className="sr-only">Yes</span>
              </>
            ) : (
              <None>
                <span aria-hidden>–</span>
                <span className="sr-only">No</span>
              </None>
            ),
          ),
        ),
      ]}
    />
  )
}
