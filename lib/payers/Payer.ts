import { z } from 'zod'
import { Address } from '@/lib/chains'
import { AppError } from '@/lib/errors'

/** What a merchant holds of a wallet that pays it. */
export type PayerNote = {
  /** Whom the merchant takes it for; empty: nobody in particular. */
  label: string
  stance: PayerStance
  /** One of the merchant's own: in the books, and left out of what is counted as demand. */
  ours: boolean
}

export const stances = ['none', 'allow', 'deny'] as const
export type PayerStance = (typeof stances)[number]

/** Of every wallet that nothing was noted of. */
export const unnoted: PayerNote = { label: '', stance: 'none', ours: false }

export const labelMax = 120

/** What somebody writes of a wallet. */
export type PayerNoteInput = z.input<typeof Draft>

const Draft = z.object({
  label: z.string().trim().max(labelMax, `Use at most ${labelMax} characters`),
  stance: z.enum(stances),
  ours: z.boolean(),
})

/** @throws AppError bad-input with one entry per field. */
export function parseNote(input: unknown): PayerNote {
  return orBadInput(Draft.safeParse(input))
}

/** Where only allowed payers are served. */
export type PayerGate = {
  /** Everywhere, whatever `resourceIds` says. */
  wholeShop: boolean
  resourceIds: readonly string[]
}

export const openGate: PayerGate = { wholeShop: false, resourceIds: [] }

export type PayerGateInput = z.input<typeof GateDraft>

const GateDraft = z.object({ wholeShop: z.boolean(), resourceIds: z.array(z.uuid()).max(500) })

/** @throws AppError bad-input */
export function parseGate(input: unknown): PayerGate {
  const { wholeShop, resourceIds } = orBadInput(GateDraft.safeParse(input))
  return { wholeShop, resourceIds: [...new Set(resourceIds)].sort() }
}

/** Why a wallet is not served: it is denied, or only allowed ones are; undefined when it is. Pure. */
export function refusalOf(
  stance: PayerStance,
  gate: PayerGate,
  resourceId: string,
): 'denied' | 'not-allowed' | undefined {
  if (stance === 'deny') return 'denied'
  const gated = gate.wholeShop || gate.resourceIds.includes(resourceId)
  return gated && stance !== 'allow' ? 'not-allowed' : undefined
}

/** The canonical form of an address of any network, as somebody types it; undefined when it is none. */
export function walletOf(text: string): string | undefined {
  const typed = text.trim()
  const network = (['eip155:1', 'solana:any'] as const).find((kind) => Address.isValid(kind, typed))
  return network && Address.canonical(network, typed)
}

/** @throws AppError bad-input when the text is no address. */
export function parseWallet(text: string): string {
  const wallet = walletOf(text)
  if (wallet !== undefined) return wallet
  const message = 'Write a whole wallet address: 0x and 40 hex digits, or one of Solana'
  throw new AppError('bad-input', 'Some fields are not right yet.', { fields: [{ field: 'wallet', message }] })
}

function orBadInput<Value>(result: z.ZodSafeParseResult<Value>): Value {
  if (result.success) return result.data
  const fields = result.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message }))
  throw new AppError('bad-input', 'Some fields are not right yet.', { fields })
}
