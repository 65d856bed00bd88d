import { z } from 'zod'
import type { Reader } from '../ctx'
import { wrongFields } from '@/lib/errors'

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
