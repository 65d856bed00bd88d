import { Chain, chains, servedNetworks } from '@/lib/chains'
import { sql, type Sql } from '@/lib/db'
import type * as PaymentKey from './PaymentKey'

/** More than any one transaction carries. */
export const foundMax = 500

/** The ids of matching payments; each kind of key uses an index. */
export function selectIdsByKey(key: PaymentKey.PaymentKey): Sql {
  switch (key.kind) {
    case 'id':
      return sql`SELECT ${key.id}::uuid`
    case 'claim':
      return sql`SELECT id FROM payment WHERE claim_key IN (${key.claimKey}, lower(${key.claimKey}))`
    case 'identifier':
      return sql`
        SELECT id FROM payment
        WHERE identifier = ${key.identifier} AND merchant_id = (SELECT id FROM merchant WHERE slug = ${key.merchantSlug})`
    case 'chain':
      return onChain(key)
  }
}

/**
 * Each way is a SELECT of its own: with OR, the planner reads the whole table. A nonce has no index; with its payer it is part
 * of one claim key per token.
 */
function onChain({ text, payer }: Extract<PaymentKey.PaymentKey, { kind: 'chain' }>): Sql {
  // The index begins with the network.
  const networks = [...new Set([...chains.map(({ network }) => network), ...servedNetworks()])]
  const ofPayer = payer === undefined ? sql`true` : sql`payer = ${payer}`
  const carried = sql`
    SELECT id FROM payment WHERE network = ANY(${networks}::text[]) AND tx_hash = ${text} AND ${ofPayer}
    UNION
    SELECT id FROM payment WHERE transaction_id = (SELECT transaction_id FROM attempt WHERE hash = ${text}) AND ${ofPayer}`
  if (payer === undefined) return carried
  const claims = networks.flatMap((network) => [
    `raw|${network}|${text}`,
    ...(Chain.find(network)?.assets ?? []).map(({ address }) =>
      ['eip3009', network, address, payer, text].join('|').toLowerCase(),
    ),
  ])
  return sql`${carried} UNION SELECT id FROM payment WHERE claim_key = ANY(${claims}::text[]) AND ${ofPayer}`
}
