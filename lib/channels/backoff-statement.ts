import { sql, type Sql } from '@/lib/db'

/** A second, doubled with each try, with up to half of it more. */
export function backoffInterval(tries: Sql, mostMs: number): Sql {
  return sql`make_interval(secs => least(power(2, ${tries}), ${mostMs / 1000}::float8) * (1 + random() / 2))`
}
