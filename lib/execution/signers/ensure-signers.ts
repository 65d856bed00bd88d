import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { purposes, servedNetworks, signersFor, type CallPurpose, type Signer } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import { ensureLane } from './ensure-lane'

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

function configured(): { network: Caip2; purpose: CallPurpose; signer: Signer }[] {
  return servedNetworks().flatMap((network) =>
    purposes.flatMap((purpose) => signersFor(network, purpose).map((signer) => ({ network, purpose, signer }))),
  )
}
