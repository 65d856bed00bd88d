import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { purposes, servedNetworks, signersFor, type CallPurpose, type Signer } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import { ensureLane } from './ensure-lane'

/**
 * Checks every configured key and creates its nonce lane on every served network. Call at start; safe to repeat. A
 * network that cannot be reached is skipped: its first transaction creates the lane.
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

function configured(): { network: Caip2; purpose: CallPurpose; signer: Signer }[] {
  return servedNetworks().flatMap((network) =>
    purposes.flatMap((purpose) => signersFor(network, purpose).map((signer) => ({ network, purpose, signer }))),
  )
}
