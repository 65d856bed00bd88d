import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import {
  purposes,
  readAgreed,
  servedNetworks,
  signerFor,
  signersFor,
  TransportError,
  type CallPurpose,
  type Signer,
} from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/**
 * Makes sure that every configured key can be used and has its nonce lane on every served network. Call at start; safe to
 * repeat. What cannot be reached is left for later: the first transaction there makes its lane, and waits for its key.
 */
export async function ensureSigners(ctx: Ctx): Promise<void> {
  for (const { network, signer, purpose } of configured()) {
    const about = { network, purpose, signer: signer.address, kind: signer.kind, requestId: ctx.requestId }
    try {
      await signer.check()
    } catch (error) {
      log().error({ err: error, ...about }, 'a signer cannot be used')
    }
    try {
      await ensureLane(network, purpose, signer)
    } catch (error) {
      log().warn({ err: error, ...about }, 'the nonce lane could not be read')
    }
  }
}

/**
 * Makes the lane of one signer, or raises its counter to the chain's when the key was used elsewhere. Does nothing when the key
 * is no longer configured.
 * @throws TransportError when the chain cannot be read, or its endpoints do not agree.
 */
export async function ensureSigner(network: Caip2, purpose: CallPurpose, address: string): Promise<void> {
  const signer = signerFor(network, purpose, address)
  if (signer) await ensureLane(network, purpose, signer)
}

function configured(): { network: Caip2; purpose: CallPurpose; signer: Signer }[] {
  return servedNetworks().flatMap((network) =>
    purposes.flatMap((purpose) => signersFor(network, purpose).map((signer) => ({ network, purpose, signer }))),
  )
}

/**
 * The counter never goes back: a slot that was handed out belongs to its transaction for good. So it follows only what two
 * endpoints say alike: one that lies would leave a gap that nothing fills.
 */
async function ensureLane(network: Caip2, purpose: CallPurpose, { address, kind, inFlightMax }: Signer): Promise<void> {
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
