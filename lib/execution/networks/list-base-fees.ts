import type { Reader } from '../../ctx'
import { servedEvmNetworks } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { visible } from '../views/list-transactions'

/** Recent base fees of one network and what our transactions paid. Plain data; wei per gas as decimal strings. */
export type BaseFees = {
  network: string
  /** The highest of each time span, oldest first. */
  samples: { at: string; weiPerGas: string }[]
  /** The reader's transactions, oldest first. */
  transactions: { id: string; at: string; weiPerGas: string; ok: boolean }[]
}

export const hours = 6
const samplesMax = 180
const transactionsMax = 300
const everySeconds = 10

/** Base fees of the last hours for every configured network. Reads only. */
export async function listBaseFees(reader: Reader): Promise<BaseFees[]> {
  return Promise.all(
    servedEvmNetworks().map(async (network) => {
      const [samples, transactions] = await Promise.all([findSamples(network), findTransactions(reader, network)])
      return {
        network,
        samples: samples.map(({ at, wei }) => ({ at: at.toISOString(), weiPerGas: wei.toString() })),
        transactions: transactions
          .toReversed()
          .map(({ id, at, wei, ok }) => ({ id, at: at.toISOString(), weiPerGas: wei.toString(), ok })),
      }
    }),
  )
}

/** As many spans as a chart can show, each with its highest value. */
function findSamples(network: string): Promise<{ at: Date; wei: bigint }[]> {
  return db.query(sql`
    WITH recent AS (
      SELECT at, base_fee_per_gas FROM base_fee
      WHERE network = ${network} AND at > now() - make_interval(hours => ${hours})),
    span AS (
      SELECT greatest(${everySeconds}, extract(epoch FROM now() - min(at)) / ${samplesMax})::float8 AS seconds FROM recent)
    SELECT max(at) AS at, max(base_fee_per_gas) AS wei
    FROM recent, span GROUP BY floor(extract(epoch FROM at) / span.seconds) ORDER BY 1`)
}

type Paid = { id: string; at: Date; wei: bigint; ok: boolean }

function findTransactions(reader: Reader, network: string): Promise<Paid[]> {
  return db.query<Paid>(sql`
    SELECT t.id, t.included_at AS at, t.gas_price AS wei, t.error IS NULL AS ok
    FROM transaction t
    WHERE t.network = ${network} AND t.included_at > now() - make_interval(hours => ${hours}) AND t.gas_price IS NOT NULL
      AND t.kind <> 'raw' AND ${visible(reader)}
    ORDER BY t.included_at DESC LIMIT ${transactionsMax}`)
}
