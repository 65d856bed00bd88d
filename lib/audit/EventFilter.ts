import { z } from 'zod'
import { Filter } from '@/lib/paging'
import { types, type EventType } from './AuditEvent'

/** The filters of the audit trail, as the URL holds them. */

export const groups = [
  'resource',
  'payment',
  'channel',
  'policy',
  'batch',
  'transaction',
  'intent',
  'execution_policy',
  'api_key',
  'session',
  'member',
  'facilitator',
  'webhook',
  'alert',
  'audit',
  'reconcile',
] as const
export const actorKinds = ['agent', 'member', 'key', 'system'] as const

export const shape = {
  /** Whole types, or the part before the dot. */
  type: Filter.anyOf([...groups, ...(Object.keys(types) as EventType[])]),
  actor: Filter.anyOf(actorKinds),
  /** The actor: an address, or the name of a task. */
  by: z.string().trim().min(1).max(100),
  /** Any id of an event; a channel's id is its 32 bytes on chain. */
  subject: z.union([Filter.id, z.string().regex(/^0x[0-9a-f]{64}$/)]),
  /** Any text in the data: a hash, an address, a word. A page searches only the newest 20,000 events, an export all. */
  text: z.string().trim().min(3).max(100),
  from: Filter.moment,
  to: Filter.moment,
}

export type EventFilter = Filter.FilterValues<typeof shape>
