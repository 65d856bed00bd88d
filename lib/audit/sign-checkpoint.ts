import { log } from '../log'
import { db, sql, type Sql } from '@/lib/db'
import { Bytes, Merkle, Note } from '@/lib/proof'
import { proveConsistency } from './prove-consistency'
import { findCheckpoint } from './find-checkpoint'
import { logKey, signText } from './signing-key'

/** Least time between two checkpoints. */
const pause = '2 seconds'

/** The log, if it has grown since the last checkpoint and that one is old enough. */
export const toSign: Sql = sql`
  FROM audit_log l
  WHERE NOT EXISTS (SELECT FROM audit_checkpoint c WHERE c.size >= l.size)
    AND coalesce((SELECT c.created_at FROM audit_checkpoint c ORDER BY c.size DESC LIMIT 1) <= now() - ${pause}::interval, true)`

/**
 * Signs the log's size and root and stores the note, if the log has grown and the last checkpoint is two seconds old. The new
 * log must contain the last signed one: otherwise the key would help an attacker who rewrote rows. Any number may call it at
 * once.
 * @returns whether a checkpoint was signed.
 */
export async function signCheckpoint(): Promise<boolean> {
  const [grown] = await db.query<Merkle.MerkleTree>(sql`
    SELECT size, frontier ${toSign}`)
  if (!grown) return false
  const root = Merkle.rootOf(grown)
  if (!(await containsLast({ size: grown.size, root }))) {
    log().error({ size: grown.size }, 'the audit log does not contain what was signed before: it is not signed again')
    return false
  }
  const key = logKey()
  const text = Note.textOf({ origin: key.name, size: grown.size, root })
  const note = Note.format(text, key, signText(text))
  const stored = await db.execute(sql`
    INSERT INTO audit_checkpoint (size, root, note) VALUES (${grown.size}, decode(${Bytes.toHex(root)}, 'hex'), ${note})
    ON CONFLICT (size) DO NOTHING`)
  return stored === 1
}

/** A last checkpoint under an older key counts by its root, so that a rotation of the key does not stop the log. */
async function containsLast(grown: { size: bigint; root: Merkle.MerkleHash }): Promise<boolean> {
  const last = await findCheckpoint()
  if (!last) return true
  const { checkpoint } = Note.parse(last.note)
  const proof = await proveConsistency(checkpoint.size, grown.size)
  return proof !== undefined && Merkle.verifyConsistency(checkpoint, grown, proof)
}
