import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Reader } from '../ctx'
import { wrongFields } from '@/lib/errors'
import type { MemberPermission } from './RolePermissions'
import { createToken } from './token'

/** What a key may do, in the words of the form. */
export const scopes = {
  'transactions:read': 'Read transactions and follow them',
  'transactions:write': 'Ask for transactions, cancel them and speed them up',
  'payments:read': 'Read payments and their outcome in full',
  'refunds:write': 'Refund payments to their payers',
  'audit:read': 'Read the audit log with its proofs',
  facilitate: 'Have x402 payments verified and settled by the facilitator',
} as const

export type ApiKeyScope = keyof typeof scopes

export const scopeNames = Object.keys(scopes) as ApiKeyScope[]

/** What a member needs, besides `integrate`, to hold a key with the scope. */
export const neededPermissions: { [Scope in ApiKeyScope]?: MemberPermission } = {
  'transactions:write': 'execute',
  'refunds:write': 'refund',
}

/** Common choices of scopes, in the words of the form. */
const presets: readonly { label: string; scopes: readonly ApiKeyScope[] }[] = [
  { label: 'Read only', scopes: ['transactions:read', 'payments:read', 'audit:read'] },
  { label: 'Refunds', scopes: ['payments:read', 'refunds:write'] },
  { label: 'Execution', scopes: ['transactions:read', 'transactions:write'] },
]

/** The scopes that a member may give, and the presets made of them. @param may whether the member has a permission. */
export function choicesFor(may: (permission: MemberPermission) => boolean): ApiKeyChoices {
  const given = scopeNames.filter((name) => {
    const permission = neededPermissions[name]
    return permission === undefined || may(permission)
  })
  return {
    scopes: given.map((value) => ({ value, label: scopes[value] })),
    presets: [
      ...presets.filter((preset) => preset.scopes.every((name) => given.includes(name))),
      { label: 'Everything my role may', scopes: given },
    ],
  }
}

export type ApiKeyChoices = {
  scopes: readonly { value: ApiKeyScope; label: string }[]
  presets: readonly { label: string; scopes: readonly ApiKeyScope[] }[]
}

/** A key as its requests see it. It reads its merchant's data, and is never an operator. */
export type ApiKey = Reader & {
  id: string
  name: string
  scopes: readonly ApiKeyScope[]
  /** The policy that limits its transactions; null if it may write none. */
  policyId: string | null
}

/** "sk_", eight hex digits to recognize it by, and 256 random bits. */
const pattern = /^(sk_[0-9a-f]{8})_[0-9a-f]{64}$/

/** The part of a key that may be shown; undefined if the text is not a key. */
export function prefixOf(text: string): string | undefined {
  return pattern.exec(text)?.[1]
}

/** A new secret: its recognizable beginning, and all of it. */
export function makeSecret(): { prefix: string; key: string } {
  const prefix = `sk_${randomBytes(4).toString('hex')}`
  return { prefix, key: `${prefix}_${createToken()}` }
}

/** How long the old secret works after a rotation, in hours, with its words. */
export const overlaps = [
  { value: '24', label: '24 hours' },
  { value: '1', label: '1 hour' },
  { value: '168', label: '7 days' },
  { value: '0', label: 'Not at all: it ends now' },
] as const

/** @param input { overlapHours: '0' | '1' | '24' | '168' }. @throws AppError bad-input */
export function parseRotation(input: unknown): { overlapHours: number } {
  const result = z.object({ overlapHours: z.enum(overlaps.map(({ value }) => value)) }).safeParse(input)
  if (result.success) return { overlapHours: Number(result.data.overlapHours) }
  throw wrongFields([{ field: 'overlapHours', message: 'Choose how long the old secret works' }])
}

/** The choices for a new key. */
export type ApiKeyInput = z.input<typeof Draft>

const Draft = z
  .object({
    name: z
      .string()
      .trim()
      .min(1, 'Name what uses the key, for example "trading agent"')
      .max(80, 'Use at most 80 characters'),
    scopes: z.array(z.enum(scopeNames)).min(1, 'Choose at least one thing that the key may do'),
    policyId: z.uuid().nullable().default(null),
    /** Days from now; null = never. */
    expiresInDays: z
      .int('Write whole days')
      .min(1, 'Write at least 1 day')
      .max(3_650, 'Write at most 3650 days')
      .nullable()
      .default(null),
  })
  .superRefine((draft, context) => {
    if (!draft.scopes.includes('transactions:write') || draft.policyId !== null) return
    const message = 'Choose the policy that its transactions are held to: without one it may ask for none'
    context.addIssue({ code: 'custom', path: ['policyId'], message })
  })

/** @throws AppError bad-input with one entry per field. */
export function parseDraft(input: unknown): z.output<typeof Draft> {
  const result = Draft.safeParse(input)
  if (result.success) return { ...result.data, scopes: scopeNames.filter((name) => result.data.scopes.includes(name)) }
  const fields = result.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message }))
  throw wrongFields(fields)
}
