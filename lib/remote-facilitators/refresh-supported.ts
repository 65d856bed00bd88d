import { log } from '../log'
import { db, json, sql } from '@/lib/db'
import { askFacilitator, type FacilitatorReply } from './ask-facilitator'
import { columns } from './find-route'
import * as Upstream from './RemoteFacilitator'
import * as Wire from './Codec'

/** What an upstream says to support is believed this long. */
const lifetime = '10 minutes'
const samplesKept = '7 days'
const forgottenMax = 10_000

/**
 * Asks every upstream that is switched on, and was not asked lately, what it supports; forgets old samples. Its answer, or that
 * there is none, also moves its circuit. Safe at any time. @returns how many were asked.
 */
export async function refreshSupported(): Promise<number> {
  const rows = await db.query<Upstream.RemoteFacilitatorRow>(sql`
    SELECT ${columns} FROM facilitator_upstream
    WHERE enabled AND (supported_at IS NULL OR supported_at < now() - ${lifetime}::interval)
    ORDER BY supported_at NULLS FIRST LIMIT 50`)
  await Promise.all(
    rows.map(async (row) => {
      try {
        await refreshOne(Upstream.from(row))
      } catch (error) {
        log().warn({ err: error, upstreamId: row.id }, 'an upstream could not be asked what it supports')
      }
    }),
  )
  await db.execute(sql`
    DELETE FROM facilitator_sample WHERE id IN (
      SELECT id FROM facilitator_sample WHERE at < now() - ${samplesKept}::interval ORDER BY at LIMIT ${forgottenMax})`)
  return rows.length
}

/** Asks one upstream now, and keeps what it says. */
export async function refreshOne(
  upstream: Upstream.RemoteFacilitator,
): Promise<{ asked: FacilitatorReply; kinds: readonly Upstream.FacilitatorKind[] | undefined }> {
  const asked = await askFacilitator(
    upstream,
    { kind: 'supported' },
    (answer) => Wire.readSupported(answer) !== undefined,
  )
  const kinds = asked.kind === 'answered' ? Wire.readSupported(asked.answer) : undefined
  await db.execute(
    kinds
      ? sql`UPDATE facilitator_upstream SET supported = ${json(kinds)}::jsonb, supported_at = now() WHERE id = ${upstream.id}::uuid`
      : sql`UPDATE facilitator_upstream SET supported_at = now() - ${lifetime}::interval + interval '30 seconds' WHERE id = ${upstream.id}::uuid`,
  )
  return { asked, kinds }
}
