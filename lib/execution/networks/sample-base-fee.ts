import { lastHead, readRpc, servedEvmNetworks } from '@/lib/chains'
import { db, json, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** Idle networks are looked at every fifteen seconds (`start-watch.ts`), and that head is fresh enough. */
const freshMs = 20_000
const everySeconds = 10
const keptHours = 24

/**
 * Records the base fee of every network's head, at most once in ten seconds, and deletes those of yesterday. Reads a
 * head only if none was seen lately. Returns the number recorded. Safe at any time.
 */
export async function sampleBaseFee(): Promise<number> {
  const samples = (await Promise.all(servedEvmNetworks().map(sample))).filter((one) => one !== undefined)
  // A restarted development chain reuses block numbers with other fees.
  return db.execute(sql`
    WITH old AS (DELETE FROM base_fee WHERE at < now() - make_interval(hours => ${keptHours}))
    INSERT INTO base_fee (network, block_number, base_fee_per_gas, at)
    SELECT s.network, s."blockNumber", s."baseFeePerGas", now()
    FROM jsonb_to_recordset(${json(samples)}::jsonb) AS s(network text, "blockNumber" bigint, "baseFeePerGas" numeric)
    WHERE NOT EXISTS (
      SELECT 1 FROM base_fee b
      WHERE b.network = s.network AND b.at > now() - make_interval(secs => ${everySeconds}))
    ON CONFLICT (network, block_number) DO UPDATE SET base_fee_per_gas = excluded.base_fee_per_gas, at = excluded.at`)
}

/** Undefined if blocks have no base fee, or none can be read: the chart shows a gap. */
async function sample(
  network: Caip2,
): Promise<{ network: Caip2; blockNumber: bigint; baseFeePerGas: bigint } | undefined> {
  if ((lastHead(network)?.ageMs ?? Infinity) > freshMs)
    await readRpc(network, 'eth_getBlockByNumber', ['latest', false]).catch(() => undefined)
  const head = lastHead(network)
  if (!head || head.ageMs > freshMs || head.baseFeePerGas === undefined) return undefined
  return { network, blockNumber: head.number, baseFeePerGas: head.baseFeePerGas }
}
