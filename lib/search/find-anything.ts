import type { Reader } from '../ctx'
import { labelServed } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import { Page } from '@/lib/paging'
import * as Needle from './Needle'

/** Something that was found, with its page. */
export type SearchHit = {
  kind: 'payment' | 'channel' | 'transaction' | 'batch' | 'refund' | 'resource' | 'address' | 'event' | 'doc'
  id: string
  title: string
  detail: string
  href: string
}

const foundMax = 12

type Row = { kind: SearchHit['kind']; id: string; title: string; detail: string; href: string }

/**
 * Finds the rows that an id, hash, channel id, address, signed nonce, claim key, challenge, lane nonce or word matches, among
 * those that the reader may see. Uses an index wherever there is one; at most twelve results.
 */
export async function findAnything(reader: Reader, text: string): Promise<SearchHit[]> {
  const needle = Needle.from(text)
  const queries = statements(reader, needle)
  const rows = (await Promise.all(queries.map((query) => db.query<Row>(query)))).flat()
  const seen = new Set<string>()
  return rows.filter((row) => !seen.has(row.href) && seen.add(row.href)).slice(0, foundMax)
}

function statements(reader: Reader, needle: Needle.Needle): Sql[] {
  switch (needle.kind) {
    case 'nothing':
      return []
    case 'id':
      return [
        payments(reader, sql`p.id = ${needle.id}::uuid`),
        transactions(reader, sql`t.id = ${needle.id}::uuid`),
        batches(reader, sql`b.id = ${needle.id}::uuid`),
        refunds(reader, sql`r.id = ${needle.id}::uuid`),
        resources(reader, sql`s.id = ${needle.id}::uuid`),
        payments(reader, sql`p.quote_id = ${needle.id}`),
      ]
    case 'hash':
      return [
        channels(reader, sql`c.id = ${needle.hash}`),
        // The index begins with the network.
        payments(reader, sql`${isServed(sql`p`)} AND p.tx_hash = ${needle.hash}`),
        transactions(reader, sql`t.id = (SELECT a.transaction_id FROM attempt a WHERE a.hash = ${needle.hash})`),
        transactions(reader, sql`t.hash = ${needle.hash}`),
        refunds(reader, sql`r.tx_hash = ${needle.hash}`),
        payments(reader, sql`split_part(p.claim_key, '|', -1) = ${needle.hash}`),
      ]
    case 'address':
      return [
        addresses(reader, needle.address),
        payments(reader, sql`p.payer = ${needle.address}`),
        payments(reader, sql`p.pay_to = ${needle.address}`),
        channels(reader, sql`c.payer = ${needle.address}`),
        transactions(reader, sql`t.signer = ${needle.address}`),
      ]
    case 'claim':
      return [payments(reader, sql`p.claim_key = ${needle.key} OR p.challenge_key = ${needle.key}`)]
    case 'number':
      return [
        transactions(reader, apart(sql`n.nonce = ${needle.value}::int8`)),
        transactions(reader, apart(sql`${isServed(sql`n`)} AND n.block_number = ${needle.value}::int8`)),
      ]
    case 'word':
      return [
        payments(reader, sql`p.challenge_key = ${`mpp|${needle.text}`}`),
        payments(reader, sql`p.quote_id = ${needle.text}`),
        resources(reader, sql`s.name ILIKE ${needle.like} OR s.path ILIKE ${needle.like}`),
      ]
  }
}

/**
 * Filtered first and sorted afterwards: few rows match a number, but a planner that expects many would walk through all by
 * time.
 */
function apart(where: Sql): Sql {
  return sql`t.id IN (SELECT n.id FROM transaction n WHERE ${where} OFFSET 0)`
}

function isServed(of: Sql): Sql {
  return sql`${of}.network = ANY(${labelServed().map(({ network }) => network)}::text[])`
}

/** As the list of payments names them. */
const statusWords = sql`
  CASE p.status WHEN 'voided' THEN 'not charged' WHEN 'refund_due' THEN 'refund due' ELSE p.status::text END`

function payments(reader: Reader, where: Sql): Sql {
  return sql`
    SELECT 'payment' AS kind, p.id, 'Payment by ' || p.wire AS title, s.method || ' ' || s.path || ', ' || ${statusWords} AS detail,
      '/payments/' || p.id AS href
    FROM payment p JOIN resource s ON s.id = p.resource_id
    WHERE (${where}) AND ${owned(reader, sql`p.merchant_id`)} ORDER BY p.created_at DESC LIMIT 6`
}

function channels(reader: Reader, where: Sql): Sql {
  return sql`
    SELECT 'channel' AS kind, c.id, 'Channel' AS title, s.method || ' ' || s.path || ', ' || c.status AS detail,
      '/channels/' || c.id AS href
    FROM channel c JOIN resource s ON s.id = c.resource_id
    WHERE (${where}) AND ${owned(reader, sql`c.merchant_id`)} ORDER BY c.created_at DESC LIMIT 6`
}

function transactions(reader: Reader, where: Sql): Sql {
  const visible = reader.operator
    ? sql`true`
    : sql`EXISTS (SELECT FROM transaction_part x WHERE x.transaction_id = t.id AND x.merchant_id = ${reader.merchantId}::uuid)`
  return sql`
    SELECT 'transaction' AS kind, t.id, initcap(t.purpose) || ' transaction' AS title,
      t.status || coalesce(', nonce ' || t.nonce, '') || coalesce(', block ' || t.block_number, '') AS detail,
      '/transactions/' || t.id AS href
    FROM transaction t WHERE (${where}) AND ${visible} ORDER BY t.created_at DESC LIMIT 6`
}

function batches(reader: Reader, where: Sql): Sql {
  const visible = reader.operator
    ? sql`true`
    : sql`EXISTS (SELECT FROM batch_part x WHERE x.batch_id = b.id AND x.merchant_id = ${reader.merchantId}::uuid)`
  return sql`
    SELECT 'batch' AS kind, b.id, 'Settlement batch' AS title, b.form || ', ' || b.status AS detail, '/settlements/' || b.id AS href
    FROM settlement_batch b WHERE (${where}) AND ${visible} LIMIT 3`
}

function refunds(reader: Reader, where: Sql): Sql {
  return sql`
    SELECT 'refund' AS kind, r.id, 'Refund' AS title, 'Of a payment, ' || r.status AS detail, '/payments/' || r.payment_id || '#refund' AS href
    FROM refund r WHERE (${where}) AND ${owned(reader, sql`r.merchant_id`)} LIMIT 3`
}

function resources(reader: Reader, where: Sql): Sql {
  return sql`
    SELECT 'resource' AS kind, s.id, s.name AS title, s.method || ' ' || s.path AS detail, '/resources/' || s.id AS href
    FROM resource s WHERE (${where}) AND ${owned(reader, sql`s.merchant_id`)} ORDER BY s.name LIMIT 6`
}

/** A payer with its payments. */
function addresses(reader: Reader, address: string): Sql {
  return sql`
    SELECT 'address' AS kind, ${address}::text AS id, 'Payments of this payer' AS title,
      CASE count(*) WHEN 1 THEN '1 payment' WHEN ${Page.countLimit} THEN ${`${Page.totalWords(Page.countLimit)} payments`} ELSE count(*) || ' payments' END AS detail,
      '/payments?payer=' || ${address}::text AS href
    FROM (
      SELECT 1 FROM payment p WHERE p.payer = ${address} AND ${owned(reader, sql`p.merchant_id`)}
      UNION ALL
      SELECT 1 FROM channel c WHERE c.payer = ${address} AND ${owned(reader, sql`c.merchant_id`)}
      LIMIT ${Page.countLimit}) paid
    HAVING count(*) > 0`
}

function owned(reader: Reader, column: Sql): Sql {
  return reader.operator ? sql`true` : sql`${column} = ${reader.merchantId}::uuid`
}
