import { signerFor, type CallPurpose } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import { ensureLane } from './ensure-lane'

/**
 * Creates the lane of one signer, or raises its counter to the chain's if the key was used elsewhere. Does nothing if
 * the key is no longer configured.
 * @throws TransportError if the chain cannot be read, or its endpoints disagree.
 */
export async function ensureSigner(network: Caip2, purpose: CallPurpose, address: string): Promise<void> {
  const signer = signerFor(network, purpose, address)
  if (signer) await ensureLane(network, purpose, signer)
}
