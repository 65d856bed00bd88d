import { z } from 'zod'
import type { Ctx } from '../ctx'
import { Address } from '@/lib/chains'
import { sql, withTransaction } from '@/lib/db'
import { toBadInput, wrongFields } from '@/lib/errors'
import { addMember } from './add-member'
import { assertMay, type MemberScope } from './MemberScope'
import { roles } from './RolePermissions'

const membersMax = 200

const Input = z.object({ wallet: z.string().trim(), role: z.enum(roles, 'Choose a role') })

/**
 * Makes a wallet a member of the scope's merchant: its next sign-in opens the dashboard. May be called twice; a member keeps its
 * role.
 * @throws AppError bad-input, not-allowed
 */
export async function inviteWallet(ctx: Ctx, scope: MemberScope, input: unknown): Promise<void> {
  const { merchantId } = scope
  assertMay(scope, merchantId, 'members')
  const parsed = Input.safeParse(input)
  if (!parsed.success) throw toBadInput(parsed.error)
  const address = Address.walletOf(parsed.data.wallet)
  if (address === undefined)
    throw wrongFields([
      { field: 'wallet', message: 'Write the whole address of the wallet, for example 0x and 40 hex digits' },
    ])
  await withTransaction(async (tx) => {
    const [found] = await tx.query<{ members: bigint; known: boolean }>(sql`
      SELECT count(*) AS members, coalesce(bool_or(address = ${address}), false) AS known
      FROM member WHERE merchant_id = ${merchantId}::uuid`)
    if (found?.known)
      throw wrongFields([{ field: 'wallet', message: 'This wallet is a member already. Change its role in the table' }])
    if (Number(found?.members ?? 0) >= membersMax)
      throw wrongFields([{ field: 'wallet', message: `A shop has at most ${membersMax} members. Remove one first` }])
    await addMember(tx, ctx, { merchantId, address, role: parsed.data.role })
  })
}
