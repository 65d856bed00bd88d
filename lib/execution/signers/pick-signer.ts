import { signersFor, type CallPurpose, type Signer } from '@/lib/chains'
import { sql, type Tx } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/**
 * The signer of a purpose for the next transaction: the one with the fewest open ones, at random among equals; one that
 * waits for funds only if all do. Undefined if there is none. Asks the database only if there is a choice.
 */
export async function pickSigner(tx: Tx, network: Caip2, purpose: CallPurpose): Promise<Signer | undefined> {
  const signers = signersFor(network, purpose)
  if (signers.length < 2) return signers[0]
  const addresses = signers.map(({ address }) => address)
  // A lane waits for funds while one of its transactions is held with the reason from missing-funds.ts.
  const [best] = await tx.query<{ address: string }>(sql`
    SELECT lane.address
    FROM unnest(${addresses}::text[]) AS lane (address)
    LEFT JOIN (
      SELECT signer, count(*) AS open, bool_or(starts_with(held_reason, signer || ' needs ')) AS poor
      FROM transaction
      WHERE network = ${network} AND signer = ANY(${addresses}) AND kind <> 'raw'
        AND status IN ('queued', 'held', 'signed', 'submitted')
      GROUP BY signer
    ) load ON load.signer = lane.address
    ORDER BY coalesce(load.poor, false), coalesce(load.open, 0), random()
    LIMIT 1`)
  return signers.find(({ address }) => address === best?.address) ?? signers[0]
}
