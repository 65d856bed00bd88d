import { z } from 'zod'
import { AuditEvent } from '@/lib/audit'
import { wrongFields } from '@/lib/errors'

/** Where a merchant receives events, and which ones. */

/** A merchant's input. */
export type EndpointInput = z.output<typeof Schema>

/** The groups of events that endpoints may subscribe to: the part of a type before its dot. */
export const groups = ['transaction', 'payment', 'channel', 'batch'] as const

/** One per paid request: sent only to endpoints that name it. */
const frequent: readonly string[] = ['channel.charged']

/** The types of one group. */
export type OfferedIn<Group extends (typeof groups)[number]> = Extract<AuditEvent.EventType, `${Group}.${string}`>
export type OfferedType = OfferedIn<(typeof groups)[number]>

/** Every type that can be subscribed to by name. */
export const offered = (Object.keys(AuditEvent.types) as AuditEvent.EventType[]).filter((type): type is OfferedType =>
  groups.some((group) => type.startsWith(`${group}.`)),
)

/** Whether an endpoint with these `types` (groups, types, or none for everything) gets this one. */
export function wants(types: readonly string[], type: string): boolean {
  if (types.includes(type)) return true
  if (frequent.includes(type)) return false
  const [group = ''] = type.split('.')
  return types.length === 0 ? (groups as readonly string[]).includes(group) : types.includes(group)
}

const Schema = z.object({
  url: z.string().trim().min(1, 'Write the whole address, for example https://example.com/hooks'),
  description: z.string().trim().max(200, 'Use at most 200 characters').default(''),
  types: z
    .array(z.enum([...groups, ...offered], 'This is not an event that can be asked for'))
    .max(100, 'Choose groups instead of so many types')
    .default([])
    .transform((types) => [...new Set(types)]),
})

/**
 * Parses an endpoint. `checkUrl` checks whether its address may be called. @throws AppError bad-input with one entry per field.
 */
export function parse(input: unknown): EndpointInput {
  const parsed = Schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw wrongFields(parsed.error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'form'), message })))
}
