import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import * as Eip1271 from './Eip1271'
import * as Eip3009 from './Eip3009'
import { describeRevert } from './revert'
import * as Permit2 from './Permit2'
import { readRpc } from './rpc'
import { signerFor } from './signer'
import { type SignedAuthorization, digestOf, refused } from './SignedAuthorization'

/** Gas of a single settlement (`Batch.singleGas`). */
const settleGas = '0x927c0'

/**
 * Asks the code at the payer's address, in the same way as the token or Permit2: runs the settlement at the latest
 * block, from our key, with its real gas limit. An account with code is judged by its code, never by a key.
 * @throws AppError verification-failed; RpcError | TransportError if the chain cannot be asked.
 */
export async function assertCodeTakes(network: Caip2, asset: string, instrument: SignedAuthorization): Promise<void> {
  // The payer's own approval is not on chain yet.
  const isEarly = instrument.kind === 'permit2' && instrument.sponsor?.kind === 'approval'
  const refusal = isEarly ? undefined : await runOf(network, asset, instrument)
  if (!isEarly && refusal === undefined) return
  if (!(await Eip1271.isValidNow(network, instrument.from, digestOf(network, asset, instrument), instrument.signature)))
    throw refused('signature', 'There is code at "from", and it does not take this signature for its own (ERC-1271).')
  if (refusal !== undefined) throw refused('simulation', `The payment would not settle: ${refusal}.`)
}

/** Why the settlement would revert; undefined if it runs. */
async function runOf(network: Caip2, asset: string, instrument: SignedAuthorization): Promise<string | undefined> {
  const named = instrument.kind === 'permit2' ? instrument.facilitator : undefined
  const from = named ?? signerFor(network, 'settlement')?.address
  const call =
    instrument.kind === 'permit2'
      ? { to: Permit2.proxies[instrument.scheme], data: Permit2.settleData(instrument, BigInt(instrument.value)) }
      : { to: asset, data: Eip3009.transferData(instrument) }
  try {
    await readRpc<Hex>(network, 'eth_call', [{ ...(from && { from }), ...call, gas: settleGas }, 'latest'])
    return undefined
  } catch (error) {
    if (!Eip1271.isRefused(error)) throw error
    const { data, message } = error
    return typeof data === 'string' && data.length > 2 ? describeRevert(data as Hex) : message
  }
}
