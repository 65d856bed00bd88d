import { addressesFor, purposeOf, purposes, servedNetworks, type CallPurpose } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Caip, type Caip2 } from '@/lib/money'

/** A resource whose revenue goes to a signer of this server. */
export type MixedPayout = { resourceId: string; resource: string; network: Caip2; payTo: string; purpose: CallPurpose }

/** Resources that are paid to a signer of this server: a signer should hold only gas, and revenue mixes with it. */
export async function findMixedPayouts(): Promise<MixedPayout[]> {
  const signers = servedNetworks().flatMap((network) => purposes.flatMap((purpose) => addressesFor(network, purpose)))
  const rows = await db.query<{ network: string; payTo: string; resourceId: string; resource: string }>(sql`
    SELECT p.network, p.pay_to, p.resource_id, r.name AS resource
    FROM resource_payout p JOIN resource r ON r.id = p.resource_id
    WHERE lower(p.pay_to) = ANY(${signers.map((signer) => signer.toLowerCase())}::text[]) ORDER BY p.network, p.resource_id`)
  return rows.flatMap(({ network: named, payTo, resourceId, resource }) => {
    const network = Caip.parse(named)
    const purpose = purposeOf(network, payTo)
    return purpose ? [{ resourceId, resource, network, payTo, purpose }] : []
  })
}
