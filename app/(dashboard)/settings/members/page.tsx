import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { InvitationTable } from '@/components/member/invitation-table'
import { InviteMember } from '@/components/member/invite-member'
import { MemberTable } from '@/components/member/member-table'
import { RoleTable } from '@/components/member/role-table'
import { Section } from '@/components/panel'
import { listInvitations, listMembers, MemberScope, RolePermissions } from '@/lib/auth'
import {
  inviteMemberAction,
  inviteWalletAction,
  removeMemberAction,
  revokeInvitationAction,
  setMemberRoleAction,
} from '../actions'

export const metadata: Metadata = { title: 'Members' }

/** The members of the shop, open invitations, and what each role may change. */
export default async function MembersPage() {
  const scope = await requireSession()
  const editable = MemberScope.may(scope, scope.merchantId, 'members')
  const [members, invitations] = await Promise.all([listMembers(scope), editable ? listInvitations(scope) : []])
  return (
    <>
      <Section
        title="Members"
        actions={editable && <InviteMember byLink={inviteMemberAction} byWallet={inviteWalletAction} />}
      >
        <MemberTable
          members={members}
          own={scope.address}
          editable={editable}
          setRole={setMemberRoleAction}
          remove={removeMemberAction}
        />
      </Section>
      {editable && invitations.length > 0 && (
        <Section title="Invitations">
          <InvitationTable invitations={invitations} revoke={revokeInvitationAction} />
        </Section>
      )}
      <Section title="Roles" description="The server checks every change against this table.">
        <RoleTable roles={RolePermissions.roles} permissionsOf={RolePermissions.permissionsOf} />
      </Section>
    </>
  )
}
