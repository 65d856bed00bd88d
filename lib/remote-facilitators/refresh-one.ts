import { db, json, sql } from '@/lib/db'
import { askFacilitator, type FacilitatorReply } from './ask-facilitator'
import type * as RemoteFacilitator from './RemoteFacilitator'
import * as Codec from './Codec'

/** Asks one facilitator for its /supported now, and stores the answer. */
export async function refreshOne(
  facilitator: RemoteFacilitator.RemoteFacilitator,
): Promise<{ reply: FacilitatorReply; kinds: readonly RemoteFacilitator.FacilitatorKind[] | undefined }> {
  const reply = await askFacilitator(
    facilitator,
    { kind: 'supported' },
    (answer) => Codec.readSupported(answer) !== undefined,
  )
  const kinds = reply.kind === 'answered' ? Codec.readSupported(reply.answer) : undefined
  await db.execute(
    kinds
      ? sql`UPDATE facilitator_upstream SET supported = ${json(kinds)}::jsonb, supported_at = now() WHERE id = ${facilitator.id}::uuid`
      : sql`UPDATE facilitator_upstream SET supported_at = now() - ${lifetime}::interval + interval '30 seconds' WHERE id = ${facilitator.id}::uuid`,
  )
  return { reply, kinds }
}

/** How long a /supported answer is trusted. */
export const lifetime = '10 minutes'
