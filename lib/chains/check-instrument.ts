import type { Hex } from 'viem'
import { AppError } from '@/lib/errors'
import { Amount, type Caip2 } from '@/lib/money'
import { findAsset } from './Chain'
import * as Eip3009 from './Eip3009'
import * as Erc20 from './Erc20'
import type { Instrument } from './Instrument'
import { readCoalesced } from './read-coalesced'
import { simulateRaw } from './simulate-raw'

/**
 * Asks the chain whether a checked instrument can move its money now: the payer's balance and, for EIP-3009, that the nonce
 * is unused. Concurrent callers of one network share one eth_call. Reads only; may be called any number of times.
 * `asset` is the token's address. Returns the payer's balance in base units.
 * @throws AppError payment-insufficient | verification-failed; unavailable when the chain cannot be read, which is never the payer's fault.
 */
export async function checkInstrument(
  network: Caip2,
  asset: string,
  instrument: Instrument,
): Promise<{ balanceBase: bigint }> {
  try {
    const balanceBase =
      instrument.kind === 'eip3009'
        ? await readAuthorization(network, asset, instrument)
        : await readTransfer(network, asset, instrument)
    if (balanceBase < BigInt(instrument.value)) throw insufficient(network, asset, instrument, balanceBase)
    return { balanceBase }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('unavailable', `${network} cannot be read at the moment. Nothing was charged.`, {
      cause: error,
      headers: { 'Retry-After': '2' },
    })
  }
}

async function readAuthorization(network: Caip2, asset: string, authorization: Eip3009.Authorization): Promise<bigint> {
  const [balance, state] = await readCoalesced(network, [
    { target: asset, callData: Erc20.balanceOfData(authorization.from) },
    { target: asset, callData: Eip3009.stateData(authorization.from, authorization.nonce) },
  ])
  if (toUint(state) !== 0n)
    throw new AppError(
      'verification-failed',
      'The nonce of this authorization was already used or cancelled on chain.',
      { extra: { reason: 'nonce-used' } },
    )
  return toUint(balance)
}

async function readTransfer(
  network: Caip2,
  asset: string,
  instrument: Extract<Instrument, { kind: 'raw' }>,
): Promise<bigint> {
  const [[balance], refusal] = await Promise.all([
    readCoalesced(network, [{ target: asset, callData: Erc20.balanceOfData(instrument.from) }]),
    simulateRaw(network, instrument.from, instrument.bytes),
  ])
  const balanceBase = toUint(balance)
  if (refusal && balanceBase >= BigInt(instrument.value))
    throw new AppError('verification-failed', `The signed transaction would not run: ${refusal}.`, {
      extra: { reason: 'simulation' },
    })
  return balanceBase
}

/** A read that gave no word at all means that no such token stands there, or that the node is wrong. */
function toUint(data: Hex | undefined): bigint {
  if (!data || !/^0x[0-9a-fA-F]{64}$/.test(data)) throw new TypeError('the token did not answer')
  return BigInt(data)
}

function insufficient(network: Caip2, asset: string, { value }: Instrument, balanceBase: bigint): AppError {
  const token = findAsset(network, asset)
  const show = (amountBase: bigint) =>
    token ? `${Amount.toDecimal(amountBase, token.decimals)} ${token.symbol}` : `${amountBase} base units`
  return new AppError(
    'payment-insufficient',
    `The wallet holds ${show(balanceBase)} and the payment needs ${show(BigInt(value))}. Nothing was charged.`,
    { extra: { reason: 'balance' } },
  )
}
