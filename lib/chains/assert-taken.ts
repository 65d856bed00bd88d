import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import * as Eip1271 from './Eip1271'
import * as Eip3009 from './Eip3009'
import { describeRevert } from './revert'
import * as Permit2 from './Permit2'
import { readRpc } from './rpc'
import { signerFor } from './signer'
import { type SignedAuthorization, digestOf, refused } from './SignedAuthorization'

/** What one settlement by itself may take (`Batch.singleGas`). */
const settleGas = '0x927c0'

/**
 * Has the code at the payer's address decide, the way the token or Permit2 will have it decide: what settles is run at the latest block, from
 * our key, with the gas that it will get. Where there is code, code is asked, and no key.
 * @throws AppError verification-failed; RpcError | TransportError when the chain cannot be asked.
 */
export async function assertCodeTakes(network: Caip2, asset: string, instrument: SignedAuthorization): Promise<void> {
  // What the payer's own approval brings is not there yet.
  const isEarly = instrument.kind === 'permit2' && instrument.sponsor?.kind === 'approval'
  const refusal = isEarly ? undefined : await runOf(network, asset, instrument)
  if (!isEarly && refusal === undefined) return
  if (!(await Eip1271.isValidNow(network, instrument.from, digestOf(network, asset, instrument), instrument.signature)))
    throw refused('signature', 'There is code at "from", and it does not take this signature for its own (ERC-1271).')
  if (refusal !== undefined) throw refused('simulation', `The payment would not settle: ${refusal}.`)
}

/** Why the settlement would revert; undefined when it runs. */
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
