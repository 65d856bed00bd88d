import type { Invitation } from '@/lib/auth'
import { actionColumn, column, None, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import type { Outcome } from '../outcome'
import { Status } from '../status'
import { RevokeInvitation } from './revoke-invitation'
import { roleNames } from './role-names'

type Props = {
  invitations: readonly Invitation.InvitationRow[]
  revoke: (id: string) => Promise<Outcome<null>>
}

/** Invitations by link, newest first. */
export function InvitationTable({ invitations, revoke }: Props) {
  return (
    <DataTable
      caption="Invitations"
      rows={invitations}
      rowKey={({ id }) => id}
      empty={<p className="p-4 text-muted-foreground">There are no invitations.</p>}
      columns={[
        column<Invitation.InvitationRow>('For', ({ note }) => note || <None>No note</None>),
        column<Invitation.InvitationRow>('Role', ({ role }) => roleNames[role]),
        column<Invitation.InvitationRow>('Status', ({ state }) => <Status kind="invitation" value={state} />),
        timeColumn<Invitation.InvitationRow>('Created', ({ createdAt }) => createdAt, { from: 'md' }),
        timeColumn<Invitation.InvitationRow>('Expires', ({ expiresAt }) => expiresAt, { from: 'sm' }),
        actionColumn<Invitation.InvitationRow>(
          ({ id, note, state }) => state === 'open' && <RevokeInvitation note={note} revoke={revoke.bind(null, id)} />,
        ),
      ]}
    />
  )
}
