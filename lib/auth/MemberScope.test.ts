import { describe, expect, it } from 'vitest'
import * as MemberScope from './MemberScope'
import * as RolePermissions from './RolePermissions'

const merchantId = '11111111-1111-4111-8111-111111111111'
const other = '22222222-2222-4222-8222-222222222222'

function scope(role: RolePermissions.MemberRole, operator = false): MemberScope.MemberScope {
  return { address: `0x${'aa'.repeat(20)}`, merchantId, operator, role }
}

describe('what a member may change', () => {
  it('is what the table says, for each role and permission', () => {
    for (const role of RolePermissions.roles)
      for (const permission of RolePermissions.permissions)
        expect(MemberScope.may(scope(role), merchantId, permission), `${role} ${permission}`).toBe(
          RolePermissions.permissionsOf[role].includes(permission),
        )
  })

  it('is nothing at another merchant and nothing of the installation, not even for an owner', () => {
    for (const permission of RolePermissions.permissions) {
      expect(MemberScope.may(scope('owner'), other, permission)).toBe(false)
      expect(MemberScope.may(scope('owner'), null, permission)).toBe(false)
    }
  })

  it('is everything for an operator', () => {
    for (const permission of RolePermissions.permissions)
      for (const id of [merchantId, other, null])
        expect(MemberScope.may(scope('owner', true), id, permission)).toBe(true)
  })

  it('is refused with the roles that have it, and another merchant’s things do not exist', () => {
    expect(() => MemberScope.assertMay(scope('developer'), merchantId, 'refund')).toThrow(
      expect.objectContaining({
        code: 'not-allowed',
        message: 'Your role here is developer. This change needs the role owner or finance.',
      }),
    )
    expect(() => MemberScope.assertMay(scope('owner'), other, 'sell')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    )
  })

  it('gives payouts, members and the shop to owners only', () => {
    for (const permission of ['payouts', 'members', 'shop'] as const)
      expect(RolePermissions.roles.filter((role) => RolePermissions.permissionsOf[role].includes(permission))).toEqual([
        'owner',
      ])
  })
})
