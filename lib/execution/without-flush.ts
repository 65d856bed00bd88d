import { sql, type Sql } from '@/lib/db'

/**
 * A condition, always true, that lets this database transaction commit without waiting for the disk. For what the chain can
 * tell again (an answer, an inclusion), never for what must be stored before it is sent: a database that loses its last
 * milliseconds only makes the tracker look again, and whoever books money on it commits later and flushes this too.
 */
export const withoutFlush: Sql = sql`set_config('synchronous_commit', 'off', true) = 'off'`
