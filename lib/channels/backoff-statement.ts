import { sql, type Sql } from '@/lib/db'

/** Interval: a second, doubled with each try, at most `mostMs`, plus up to half of it at random. */
export function backoffInterval(tries: Sql, mostMs: number): Sql {
  return sql`make_interval(secs => least(power(2, ${tries}), ${mostMs / 1000}::float8) * (1 + random() / 2))`
}
