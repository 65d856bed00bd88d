import { z } from 'zod'
import { serves } from '@/lib/chains'
import { toBadInput, wrongFields } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import * as ResourceDraft from './ResourceDraft'

/** What a merchant says about itself. Pure but for the served networks and rails. */

export type PayoutAddress = { network: Caip2; payTo: string }

/** The addresses that are paid, and how long a change of them waits. */
export type PayoutProfile = {
  payouts: readonly PayoutAddress[]
  /** Hours between a signed change and its effect. */
  delayHours: number
}

export type MerchantProfile = { name: string; slug: string }

/** Words that a slug cannot be: they would read like a part of the site. */
const reserved: ReadonlySet<string> = new Set([
  'admin',
  'api',
  'docs',
  'gateway',
  'me',
  'new',
  'sluice',
  'start',
  'www',
])

const delayHoursMax = 14 * 24

const Name = z.string().trim().min(1, 'Name your shop').max(80, 'Use at most 80 characters')

const Slug = z
  .string()
  .trim()
  .toLowerCase()
  .min(3, 'Use at least 3 characters')
  .max(40, 'Use at most 40 characters')
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use small letters, digits and single hyphens, for example acme-data')
  .refine((slug) => !reserved.has(slug), 'This word is reserved. Choose another one')

const Profile = z.object({ name: Name, slug: Slug })

const Payouts = z
  .object({
    payouts: z.array(ResourceDraft.Payout).min(1, 'Write at least one address').max(100),
    delayHours: z.coerce
      .number('Write whole hours')
      .int('Write whole hours')
      .min(0, 'Use 0 for no delay')
      .max(delayHoursMax, `Use at most ${delayHoursMax} hours`)
      .default(0),
  })
  .superRefine(({ payouts }, context) => {
    payouts.forEach(({ network }, index) => {
      const issue = (message: string) => context.addIssue({ code: 'custom', path: ['payouts', index], message })
      if (!serves(network as Caip2)) issue(`This server does not serve ${network}`)
      if (payouts.findIndex((other) => other.network === network) !== index) issue('This network is there twice')
    })
  })

/** @throws AppError bad-input */
export function parseProfile(input: unknown): MerchantProfile {
  const parsed = Profile.safeParse(input)
  if (!parsed.success) throw toBadInput(parsed.error)
  return parsed.data
}

/** What is wrong with a slug; undefined if its form is right. */
export function slugFault(slug: string): string | undefined {
  return Slug.safeParse(slug).error?.issues[0]?.message
}

/** @throws AppError bad-input; a wrong address is named by its network: `payouts.eip155:8453`. */
export function parsePayouts(input: unknown): PayoutProfile {
  const parsed = Payouts.safeParse(input)
  if (parsed.success) {
    const { payouts, delayHours } = parsed.data
    const sorted = payouts.toSorted((a, b) => (a.network < b.network ? -1 : 1))
    return { payouts: sorted.map(({ network, payTo }) => ({ network: network as Caip2, payTo })), delayHours }
  }
  const typed = (input as { payouts?: { network?: unknown }[] } | null)?.payouts
  throw wrongFields(
    parsed.error.issues.map(({ path: [first, index], message }) => ({
      field:
        typeof index === 'number' ? `payouts.${String(typed?.[index]?.network ?? index)}` : String(first ?? 'form'),
      message,
    })),
  )
}

/**
 * The text that an owner's wallet signs for payouts: one line of ASCII, as EIP-4361 demands. It names the shop by its slug, every
 * network and address, and the delay of the next change.
 */
export function payoutStatement(slug: string, { payouts, delayHours }: PayoutProfile): string {
  const addresses = payouts.map(({ network, payTo }) => `${network} to ${payTo}`).join(', ')
  const later = delayHours === 0 ? 'apply at once' : `wait ${delayHours} ${delayHours === 1 ? 'hour' : 'hours'}`
  return `Pay the revenue of the shop ${slug} on ${addresses}. Later changes ${later}. This signature moves no money.`
}

/** The text that an owner's wallet signs for payouts of one resource that are not the shop's. */
export function resourcePayoutStatement(
  slug: string,
  { method, path, payouts }: { method: string; path: string; payouts: readonly PayoutAddress[] },
): string {
  const sorted = payouts.toSorted((a, b) => (a.network < b.network ? -1 : 1))
  const addresses = sorted.map(({ network, payTo }) => `${network} to ${payTo}`).join(', ')
  return `Pay the revenue of ${method} ${path} of the shop ${slug} on ${addresses}, and not to the shop. This signature moves no money.`
}
