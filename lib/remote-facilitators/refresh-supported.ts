import { log } from '../log'
import { db, sql } from '@/lib/db'
import { columns } from './columns'
import * as RemoteFacilitator from './RemoteFacilitator'
import { refreshOne, lifetime } from './refresh-one'

const samplesKept = '7 days'
const forgottenMax = 10_000

/**
 * Asks every enabled facilitator that was not asked lately for its /supported, and deletes old samples. The result also
 * moves its circuit. Safe at any time. @returns the number asked.
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
