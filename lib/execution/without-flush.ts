import { sql, type Sql } from '@/lib/db'

/**
 * A condition, always true, that lets this database transaction commit without waiting for the disk. Only for facts
 * that the chain can give again (an answer, an inclusion), never for what must be stored before it is sent. If the
 * database loses its last milliseconds, the tracker looks again; a later booking of money flushes this too.
 */
export const withoutFlush: Sql = sql`set_config('synchronous_commit', 'off', true) = 'off'`
