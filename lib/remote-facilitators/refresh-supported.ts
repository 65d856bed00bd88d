import { log } from '../log'
import { db, json, sql } from '@/lib/db'
import { askFacilitator, type FacilitatorReply } from './ask-facilitator'
import { columns } from './find-route'
import * as RemoteFacilitator from './RemoteFacilitator'
import * as Codec from './Codec'

/** What a facilitator says to support is believed this long. */
const lifetime = '10 minutes'
const samplesKept = '7 days'
const forgottenMax = 10_000

/**
 * Asks every facilitator that is switched on, and was not asked lately, what it supports; forgets old samples. Its answer, or that
 * there is none, also moves its circuit. Safe at any time. @returns how many were asked.
 */
export async function refreshSupported(): Promise<number> {
  const rows = await db.query<RemoteFacilitator.RemoteFacilitatorRow>(sql`
    SELECT ${columns} FROM facilitator_upstream
    WHERE enabled AND (supported_at IS NULL OR supported_at < now() - ${lifetime}::interval)
    ORDER BY supported_at NULLS FIRST LIMIT 50`)
  await Promise.all(
    rows.map(async (row) => {
      try {
        await refreshOne(RemoteFacilitator.from(row))
      } catch (error) {
        log().warn({ err: error, upstreamId: row.id }, 'a facilitator could not be asked what it supports')
      }
    }),
  )
  await db.execute(sql`
    DELETE FROM facilitator_sample WHERE id IN (
      SELECT id FROM facilitator_sample WHERE at < now() - ${samplesKept}::interval ORDER BY at LIMIT ${forgottenMax})`)
  return rows.length
}

/** Asks one facilitator now, and keeps what it says. */
export async function refreshOne(
  facilitator: RemoteFacilitator.RemoteFacilitator,
): Promise<{ asked: FacilitatorReply; kinds: readonly RemoteFacilitator.FacilitatorKind[] | undefined }> {
  const asked = await askFacilitator(
    facilitator,
    { kind: 'supported' },
    (answer) => Codec.readSupported(answer) !== undefined,
  )
  const kinds = asked.kind === 'answered' ? Codec.readSupported(asked.answer) : undefined
  await db.execute(
    kinds
      ? sql`UPDATE facilitator_upstream SET supported = ${json(kinds)}::jsonb, supported_at = now() WHERE id = ${facilitator.id}::uuid`
      : sql`UPDATE facilitator_upstream SET supported_at = now() - ${lifetime}::interval + interval '30 seconds' WHERE id = ${facilitator.id}::uuid`,
  )
  return { asked, kinds }
}
