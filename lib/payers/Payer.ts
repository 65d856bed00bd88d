import { z } from 'zod'
import { Address } from '@/lib/chains'
import { wrongFields } from '@/lib/errors'

/** A merchant's note about a wallet. */
export type PayerNote = {
  /** The merchant's name for the wallet; empty: none. */
  label: string
  stance: PayerStance
  /** One of the merchant's own wallets: in the books, but not counted as demand. */
  ours: boolean
  /** For tax, as the merchant writes them and never guessed: an ISO 3166 code, and a VAT id. Empty: unknown. */
  country: string
  vatId: string
}

export const stances = ['none', 'allow', 'deny'] as const
export type PayerStance = (typeof stances)[number]

/** The note of a wallet without one. */
export const unnoted: PayerNote = { label: '', stance: 'none', ours: false, country: '', vatId: '' }

export const labelMax = 120

/** The input of the note's form. */
export type PayerNoteInput = z.input<typeof Draft>

export const label = z.string().trim().max(labelMax, `Use at most ${labelMax} characters`)
export const country = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^([A-Z]{2})?$/, 'Write the two letters of the country, such as DE')
export const vatId = z
  .string()
  .trim()
  .regex(/^[0-9A-Za-z .\-+/]{0,30}$/, 'Write at most 30 letters and digits')

const Draft = z.object({
  label,
  stance: z.enum(stances),
  ours: z.boolean(),
  country: country.default(''),
  vatId: vatId.default(''),
})

/** @throws AppError bad-input with one entry per field. */
export function parseNote(input: unknown): PayerNote {
  return orBadInput(Draft.safeParse(input))
}

/** Where only allowed payers are served. */
export type PayerGate = {
  /** In the whole shop, whatever `resourceIds` says. */
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

/** Why a wallet is not served: it is denied, or only allowed wallets are served; undefined if it is served. Pure. */
export function refusalOf(
  stance: PayerStance,
  gate: PayerGate,
  resourceId: string,
): 'denied' | 'not-allowed' | undefined {
  if (stance === 'deny') return 'denied'
  const gated = gate.wholeShop || gate.resourceIds.includes(resourceId)
  return gated && stance !== 'allow' ? 'not-allowed' : undefined
}

/** @throws AppError bad-input if the text is not an address. */
export function parseWallet(text: string): string {
  const wallet = Address.walletOf(text)
  if (wallet !== undefined) return wallet
  const message = 'Write a whole wallet address: 0x and 40 hex digits, or one of Solana'
  throw wrongFields([{ field: 'wallet', message }])
}

function orBadInput<Value>(result: z.ZodSafeParseResult<Value>): Value {
  if (result.success) return result.data
  const fields = result.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message }))
  throw wrongFields(fields)
}
