import { exportLog, findCheckpoint, publicKey, sequenceEvents } from '@/lib/audit'
import { db, sql } from '@/lib/db'
import { Note, Verifier } from '@/lib/proof'

/**
 * Puts every event into the log and verifies all of it, as a holder of the export and the key can. Answers `verified`, or what
 * does not hold.
 */
export async function verifyAudit(): Promise<string> {
  let unsigned = true
  while (unsigned) {
    const moved = await sequenceEvents(10_000)
    const [log] = await db.query<{ size: bigint }>(sql`SELECT size FROM audit_log`)
    unsigned = moved > 0 || (await findCheckpoint())?.size !== log?.size
    if (unsigned) await new Promise((resolve) => setTimeout(resolve, 500))
  }
  const verifier = Verifier.create({ key: Note.parseKey(publicKey()) })
  for await (const line of exportLog({ operator: true, merchantId: '' }, {}, {})) verifier.take(line.trimEnd())
  const { ok, checks } = verifier.end()
  return ok ? 'verified' : checks.flatMap((check) => (check.ok ? [] : [check.text])).join('; ')
}
