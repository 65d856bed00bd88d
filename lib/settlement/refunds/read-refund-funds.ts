import { Erc20, readRpc, Svm } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Caip, type Caip2 } from '@/lib/money'
import { waiting, withTransactions } from './refund-row'

/**
 * What a refund wallet can still pay of a token: its balance minus the refunds under way, base units. Reads only.
 * @throws RpcError | TransportError when the chain cannot be asked.
 */
export async function readRefundFunds(
  { network, asset }: { network: Caip2; asset: string },
  wallet: string,
): Promise<bigint> {
  const held = Caip.isSolana(network)
    ? (await Svm.readFinalBalance(network, wallet, asset)).amountBase
    : BigInt(await readRpc<string>(network, 'eth_call', [{ to: asset, data: Erc20.balanceOfData(wallet) }, 'latest']))
  const [taken] = await db.query<{ base: bigint }>(sql`
    SELECT coalesce(sum(r.amount_base), 0) AS base ${withTransactions}
    WHERE r.status = 'sent' AND r.network = ${network} AND r.asset = ${asset} AND t.status = ANY(${waiting}::transaction_status[])`)
  return held - (taken?.base ?? 0n)
}
