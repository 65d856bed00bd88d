import { db, isDead, planned, shareReads, sql } from '@/lib/db'
import { columns } from './columns'
import type { StoredAnswer, Payment } from './Payment'

/** An earlier use of a credential. */
export type EarlierClaim = {
  payment: Payment
  fingerprint: Buffer
  /** A living process serves it now. */
  served: boolean
  /** Its upstream was called, or may have been. */
  upstreamStarted: boolean
  /** Hash of the last transaction that was signed to settle it. */
  attemptHash: string | null
  /** Present while it is stored. */
  answer: StoredAnswer | undefined
}

type Row = Payment & {
  fingerprint: Buffer
  served: boolean
  upstreamStarted: boolean
  attemptHash: string | null
  answerStatus: number | null
  answerHeaders: [string, string][]
  answerBody: Buffer
}

/**
 * The claim of a credential, by its claim key or its one-time challenge; undefined if it was never used. Concurrent callers
 * share a statement.
 */
export function findClaim(claimKey: string, challengeKey?: string): Promise<EarlierClaim | undefined> {
  return read({ claimKey, challengeKey: challengeKey ?? null })
}

type ClaimKeys = { claimKey: string; challengeKey: string | null }

const read = shareReads<ClaimKeys, EarlierClaim | undefined>(async (claims) => {
  const rows = await db.query<Row & { at: bigint }>(
    planned(sql`
    SELECT claims.at, claim.*
    FROM unnest(
      ${claims.map(({ claimKey }) => claimKey)}::text[], ${claims.map(({ challengeKey }) => challengeKey)}::text[]
    ) WITH ORDINALITY AS claims(claim_key, challenge_key, at), LATERAL (
      SELECT ${columns}, payment.fingerprint, payment.upstream_started_at IS NOT NULL AS upstream_started,
        payment.status = 'authorized' AND payment.owner_id IS NOT NULL AND NOT ${isDead(sql`payment.owner_id`)} AS served,
        (SELECT hash FROM attempt WHERE attempt.transaction_id = payment.transaction_id ORDER BY seq DESC LIMIT 1) AS attempt_hash,
        a.status AS answer_status, a.headers AS answer_headers, a.body AS answer_body
      FROM payment
      LEFT JOIN payment_answer a ON a.payment_id = payment.id AND a.expires_at > now()
      WHERE payment.claim_key = claims.claim_key OR payment.challenge_key = claims.challenge_key
      ORDER BY payment.claim_key = claims.claim_key DESC
      LIMIT 1) claim`),
  )
  const found = new Map(rows.map(({ at, ...row }) => [Number(at) - 1, toClaim(row)]))
  return claims.map((_, at) => found.get(at))
})

function toClaim(row: Row): EarlierClaim {
  const { fingerprint, served, upstreamStarted, attemptHash, answerStatus, answerHeaders, answerBody, ...payment } = row
  const answer =
    answerStatus === null
      ? undefined
      : { status: answerStatus, headers: answerHeaders, body: new Uint8Array(answerBody) }
  return { payment, fingerprint, served, upstreamStarted, attemptHash, answer }
}
