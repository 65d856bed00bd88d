import { json, sql, type Sql } from '@/lib/db'
import { keptMs } from './Payment'
import { type Delivery, isKept } from './Delivery'

/** The facts of a payment merged with those of its delivery, for an UPDATE of its row. */
export function withFacts(delivery: Delivery | undefined): Sql {
  return sql`coalesce(payment.facts, '{}') || ${json(delivery?.facts ?? {})}::jsonb`
}

/** The INSERT of `keepAnswers`, for a larger statement; it writes nothing unless `when` holds. */
export function insertAnswers(deliveries: readonly Delivery[], when: Sql = sql`true`): Sql {
  const kept = deliveries.flatMap(({ paymentId, answer }) => (isKept(answer) ? [{ paymentId, answer }] : []))
  return sql`
    INSERT INTO payment_answer (payment_id, status, headers, body, expires_at)
    SELECT id, status, headers, body, now() + make_interval(secs => ${keptMs / 1000})
    FROM unnest(
      ${kept.map(({ paymentId }) => paymentId)}::uuid[], ${kept.map(({ answer }) => answer.status)}::int[],
      ${kept.map(({ answer }) => json(answer.headers))}::jsonb[], ${kept.map(({ answer }) => Buffer.from(answer.body))}::bytea[]
    ) AS a(id, status, headers, body)
    WHERE ${when}
    ON CONFLICT (payment_id) DO NOTHING`
}
