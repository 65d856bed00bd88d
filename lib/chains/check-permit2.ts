import type { Hex } from 'viem'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import * as Eip2612 from './Eip2612'
import * as Erc20 from './Erc20'
import { refusalOf } from './estimate-call'
import type { Sponsor } from './Instrument'
import * as Permit2 from './Permit2'
import { readCoalesced } from './read-coalesced'
import { readRpc } from './rpc'
import { toUint } from './word'

/**
 * Checks that Permit2 can move a payer's permitted amount: the nonce is unused, and there is an allowance or a sponsor
 * that brings it. If both are there, this is one shared eth_call. Returns the payer's balance in base units.
 * @throws AppError verification-failed | allowance-required; any other error if the chain cannot be read.
 */
export async function readPermit(network: Caip2, permit: Permit2.Permit2Authorization): Promise<bigint> {
  const { from, to, token, nonce, sponsor } = permit
  const value = BigInt(permit.value)
  const [balance, allowance, bitmap, paused, fromBlocked, toBlocked, permitNonce] = await readCoalesced(network, [
    { target: token, callData: Erc20.balanceOfData(from) },
    { target: token, callData: Erc20.allowanceData(from, Permit2.address) },
    { target: Permit2.address, callData: Permit2.bitmapData(from, nonce) },
    ...Erc20.stopCalls(token, from, to),
    ...(sponsor?.kind === 'eip2612' ? [{ target: token, callData: Eip2612.noncesData(from) }] : []),
  ])
  if (Permit2.isUsed(toUint(bitmap), nonce))
    throw new AppError('verification-failed', 'The Permit2 nonce was already used or invalidated on chain.', {
      extra: { reason: 'nonce-used' },
    })
  assertMoves([paused, fromBlocked, toBlocked])
  const balanceBase = toUint(balance)
  if (balanceBase < value || toUint(allowance) >= value) return balanceBase
  if (!sponsor)
    throw new AppError(
      'allowance-required',
      `Permit2 (${Permit2.address}) may not move enough of this token for the wallet. Approve it, or send a permit along.`,
      { extra: { reason: 'allowance', spender: Permit2.address, asset: token } },
    )
  if (sponsor.kind === 'approval') await assertApproval(network, permit, sponsor)
  else if (permitNonce === undefined || toUint(permitNonce) !== BigInt(sponsor.nonce))
    throw unsponsored('The permit (EIP-2612) has another nonce than the token expects.')
  return balanceBase
}

/** Checks that the payer's own transaction can be included next and does what it says. */
async function assertApproval(
  network: Caip2,
  { from, token, value }: Permit2.Permit2Authorization,
  { nonce, feeWei }: Extract<Sponsor, { kind: 'approval' }>,
): Promise<void> {
  const [used, gas] = await Promise.all([
    readRpc<Hex>(network, 'eth_getTransactionCount', [from, 'latest']),
    readRpc<Hex>(network, 'eth_getBalance', [from, 'latest']),
  ])
  if (BigInt(used) !== BigInt(nonce))
    throw unsponsored(`The approval has nonce ${nonce}; the wallet's next one is ${BigInt(used)}.`)
  if (BigInt(gas) < BigInt(feeWei))
    throw unsponsored(
      `The wallet holds ${BigInt(gas)} wei and its approval may cost ${feeWei}: it is sent for the wallet, not paid for it.`,
    )
  const approve = { from, to: token, data: Erc20.approveData(Permit2.address, BigInt(value)) }
  const refusal = await readRpc<Hex>(network, 'eth_call', [approve, 'latest']).then(() => undefined, refusalOf)
  if (refusal !== undefined) throw unsponsored(`The approval would not run: ${refusal}.`)
}

/** Checks by the answers to `Erc20.stopCalls` that the token can move now. @throws AppError verification-failed */
export function assertMoves(stops: readonly (Hex | undefined)[]): void {
  const stop = Erc20.stopOf(stops)
  if (stop) throw new AppError('verification-failed', stop, { extra: { reason: 'simulation' } })
}

function unsponsored(message: string): AppError {
  return new AppError('verification-failed', message, { extra: { reason: 'sponsor' } })
}
