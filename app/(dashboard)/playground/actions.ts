'use server'

import { isHex, type Hex } from 'viem'
import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import { Chain, readRpc, servedNetworks } from '@/lib/chains'
import { AppError } from '@/lib/errors'

/**
 * Calls a token on sale for a wallet that needs the answer to sign: the allowance for Permit2, or the next nonce of a permit.
 * Reads only.
 */
export async function readToken(network: string, asset: string, data: string): Promise<Outcome<Hex>> {
  return toOutcome(async () => {
    await requireActor()
    const served = servedNetworks().find((one) => one === network)
    const token = served && Chain.findAsset(served, asset)
    if (!served || !token) throw new AppError('bad-input', 'This token is not accepted here.')
    if (!isHex(data) || data.length > 1_000) throw new AppError('bad-input', 'This is not valid call data.')
    return readRpc<Hex>(served, 'eth_call', [{ to: token.address, data }, 'latest'])
  })
}
