import { z } from 'zod'
import type { Address, Hex } from 'viem'
import { EvmAddress } from '@/lib/money'

const uint256Max = 2n ** 256n - 1n

/**
 * Plain decimal digits only. `BigInt` alone also accepts "", " 1 " and "0x10", and other software reads "1e3"
 * differently.
 */
export const uint = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/, 'must be a decimal integer without sign, blank or leading zero')
  .refine((text) => !/^[0-9]{1,78}$/.test(text) || BigInt(text) <= uint256Max, 'must fit 256 bits')

const lower = (text: string) => text.toLowerCase()

/** Lower-cased, so that two spellings of one credential become the same text. */
export const address = z
  .string()
  .superRefine((text, context) => {
    const fault = EvmAddress.faultOf(text)
    if (fault) context.addIssue({ code: 'custom', message: fault })
  })
  .transform((text) => lower(text) as Address)

export const bytes32 = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits')
  .transform((text) => lower(text) as Hex)

/** Hex of up to this many bytes. */
export const hex = (bytesMax: number) =>
  z
    .string()
    .regex(/^0x([0-9a-fA-F]{2})+$/, 'must be 0x and pairs of hex digits')
    .max(2 + 2 * bytesMax, `must be at most ${bytesMax} bytes`)
    .transform((text) => lower(text) as Hex)

/**
 * A signature of a key, or of a contract, which defines its own form (ERC-1271). `judge` decides later which are
 * accepted.
 */
export const signature = hex(4_096)

/** What is wrong with a value, for the client: "authorization.value must be …". Never repeats the value. */
export function explain(error: z.ZodError, prefix = ''): string {
  const issue = error.issues[0]
  if (!issue) return 'is malformed'
  const path = [...(prefix ? [prefix] : []), ...issue.path.map(String)].join('.').slice(0, 120)
  if (issue.code === 'unrecognized_keys') return `${path} has members that do not belong there`
  if (issue.code === 'invalid_type') return `${path} is missing or of the wrong type`
  return `${path} ${wordOf(issue)}`
}

/** The reason in words; a limit is named with its number. */
function wordOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom' || issue.code === 'invalid_format') return issue.message
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return 'is not valid'
  // The schema has its own message.
  if (issue.message.startsWith('must ')) return issue.message
  const [most, of] = issue.code === 'too_big' ? ['most', issue.maximum] : ['least', issue.minimum]
  const unit = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' entries' : ''
  const verb = unit === '' ? 'be' : 'have'
  const more = issue.inclusive === false ? (most === 'most' ? 'less than' : 'more than') : `at ${most}`
  return `must ${verb} ${more} ${of}${unit}`
}
