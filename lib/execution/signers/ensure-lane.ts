import type { Hex } from 'viem'
import { readAgreed, TransportError, type CallPurpose, type Signer } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/**
 * The counter never goes back: a nonce once taken belongs to its transaction for good. So it follows only what two
 * endpoints agree on: a false count would leave a gap that nothing fills.
 */
export async function ensureLane(
  network: Caip2,
  purpose: CallPurpose,
  { address, kind, inFlightMax }: Signer,
): Promise<void> {
  const answer = await readAgreed<Hex>(network, 'eth_getTransactionCount', [address, 'latest'])
  if (answer === undefined) throw new TransportError(`no two endpoints of ${network} agree on the nonce of ${address}`)
  const count = BigInt(answer)
  await db.execute(sql`
    INSERT INTO signer AS known (network, address, purpose, kind, in_flight_max, next_nonce)
    VALUES (${network}, ${address}, ${purpose}, ${kind}, ${inFlightMax}, ${count})
    ON CONFLICT (network, address) DO UPDATE SET
      next_nonce = greatest(known.next_nonce, EXCLUDED.next_nonce),
      kind = EXCLUDED.kind, in_flight_max = EXCLUDED.in_flight_max
    WHERE known.next_nonce < EXCLUDED.next_nonce
      OR (known.kind, known.in_flight_max) <> (EXCLUDED.kind, EXCLUDED.in_flight_max)`)
}
