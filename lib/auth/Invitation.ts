import { z } from 'zod'
import { toBadInput } from '@/lib/errors'
import { roles, type MemberRole } from './RolePermissions'

/** Links for new members and new shops. Pure. */

/** A link is valid for this many days. */
export const daysValid = 7

export type InvitationDraft = { role: MemberRole; note: string }

/** An invitation as pages show it: plain data, times ISO 8601. */
export type InvitationRow = InvitationDraft & {
  id: string
  createdBy: string
  createdAt: string
  expiresAt: string
  acceptedAt: string | null
  acceptedBy: string | null
  state: 'open' | 'accepted' | 'expired' | 'revoked'
}

const Draft = z.object({
  role: z.enum(roles, 'Choose a role'),
  note: z.string().trim().max(80, 'Use at most 80 characters').default(''),
})

/** @throws AppError bad-input */
export function parseDraft(input: unknown): InvitationDraft {
  const parsed = Draft.safeParse(input)
  if (!parsed.success) throw toBadInput(parsed.error)
  return parsed.data
}

/** Whether the text can be the token of a link. */
export function isToken(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}
