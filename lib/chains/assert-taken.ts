import type { Hex } from 'viem'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { findAsset } from './Chain'
import * as Eip1271 from './Eip1271'
import * as Eip3009 from './Eip3009'
import type { Deployment } from './Instrument'
import { describeRevert } from './revert'
import * as Permit2 from './Permit2'
import { readRpc } from './rpc'
import { deployerOn, signerFor } from './signer'

export type SignedAuthorization = Eip3009.Eip3009Authorization | Permit2.Permit2Authorization

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

/**
 * Of an account that does not exist yet: whether its deployment makes one that takes the signature.
 * @throws AppError verification-failed; RpcError | TransportError when the chain cannot be asked.
 */
export async function assertDeployable(
  network: Caip2,
  asset: string,
  authorization: Eip3009.Eip3009Authorization,
  deploy: Deployment,
): Promise<void> {
  if (!deployerOn(network))
    throw refused(
      'signature',
      'This server has no key to deploy accounts by on this network: deploy the account, then pay.',
    )
  const { from: account, signature } = authorization
  const digest = digestOf(network, asset, authorization)
  if (!(await Eip1271.isValidOnceDeployed(network, { account, deploy }, digest, signature)))
    throw refused('signature', 'The deployment in the signature (ERC-6492) makes no account at "from" that takes it.')
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

function digestOf(network: Caip2, asset: string, instrument: SignedAuthorization): Hex {
  if (instrument.kind === 'permit2') return Permit2.digest(network, instrument)
  const token = findAsset(network, asset)
  if (!token) throw new TypeError(`${asset} is no token of ${network}`)
  return Eip3009.digest(token, instrument)
}

function refused(reason: 'signature' | 'simulation', message: string): AppError {
  return new AppError('verification-failed', message, { extra: { reason } })
}
