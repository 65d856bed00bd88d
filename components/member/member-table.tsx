import type { MemberRow } from '@/lib/auth'
import { actionColumn, column, timeColumn, walletColumn } from '../columns'
import { DataTable } from '../data-table'
import type { Outcome } from '../outcome'
import { Badge } from '../ui/badge'
import { RemoveMember } from './remove-member'
import { roleNames } from './role-names'
import { RolePicker } from './role-picker'

type Props = {
  members: readonly MemberRow[]
  /** The signed-in wallet. */
  own: string
  editable: boolean
  setRole: (address: string, input: { role: string }) => Promise<Outcome<null>>
  remove: (address: string) => Promise<Outcome<{ left: boolean }>>
}

/** The members of a shop, owners first. */
export function MemberTable({ members, own, editable, setRole, remove }: Props) {
  return (
    <DataTable
      caption="Members"
      rows={members}
      rowKey={({ address }) => address}
      empty={<p className="p-4 text-muted-foreground">This shop has no members: operators look after it.</p>}
      columns={[
        walletColumn<MemberRow>('Wallet', ({ address }) => address),
        column<MemberRow>('Role', ({ address, role }) => (
          <span className="flex items-center gap-2">
            {editable ? (
              <RolePicker address={address} role={role} setRole={setRole.bind(null, address)} />
            ) : (
              roleNames[role]
            )}
            {address === own && <Badge tone="outline">You</Badge>}
          </span>
        )),
        timeColumn<MemberRow>('Member since', ({ createdAt }) => createdAt, { from: 'md' }),
        timeColumn<MemberRow>('Last opened', ({ openedAt }) => openedAt, { from: 'sm' }),
        editable &&
          actionColumn<MemberRow>(
            ({ address }) => address !== own && <RemoveMember address={address} remove={remove.bind(null, address)} />,
          ),
      ]}
    />
  )
}
