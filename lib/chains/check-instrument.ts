import type { Hex } from 'viem'
import { AppError } from '@/lib/errors'
import { Amount, type Caip2 } from '@/lib/money'
import { findAsset } from './Chain'
import { readPermit } from './check-permit2'
import * as Eip1271 from './Eip1271'
import * as Eip3009 from './Eip3009'
import * as Erc20 from './Erc20'
import type { Instrument } from './Instrument'
import * as Permit2 from './Permit2'
import { readCoalesced } from './read-coalesced'
import { deployerOn } from './signer'
import { simulateRaw } from './simulate-raw'
import { checkSvmPayment } from './svm/check-payment'
import { toUint } from './word'

/**
 * Asks the chain whether a checked instrument can move its money now: the payer's balance and that the nonce is unused, for
 * Permit2 the allowance too, and of a contract whether it takes the signature. Concurrent callers of one network share one
 * eth_call. Reads only; may be called any number of times. `asset` is the token's address. Returns the payer's balance in base
 * units.
 * @throws AppError payment-insufficient | verification-failed | allowance-required; unavailable when the chain cannot
 *   be read, which is never the payer's fault.
 */
export async function checkInstrument(
  network: Caip2,
  asset: string,
  instrument: Instrument,
): Promise<{ balanceBase: bigint }> {
  try {
    const [balanceBase] = await Promise.all([
      readBalance(network, asset, instrument),
      'contract' in instrument ? assertTaken(network, asset, instrument) : undefined,
    ])
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

function readBalance(network: Caip2, asset: string, instrument: Instrument): Promise<bigint> {
  if (instrument.kind === 'eip3009') return readAuthorization(network, asset, instrument)
  if (instrument.kind === 'permit2') return readPermit(network, instrument)
  if (instrument.kind === 'svm') return checkSvmPayment(network, instrument)
  return readTransfer(network, asset, instrument)
}

/** Asks the contract that pays whether the signature is its own. */
async function assertTaken(
  network: Caip2,
  asset: string,
  instrument: Eip3009.Authorization | Permit2.Authorization,
): Promise<void> {
  const { from: account, signature } = instrument
  const digest = digestOf(network, asset, instrument)
  const deploy = 'deploy' in instrument ? instrument.deploy : undefined
  if (deploy && !deployerOn(network)) {
    const message = 'This server has no key to deploy accounts by on this network: deploy the account, then pay.'
    throw new AppError('verification-failed', message, { extra: { reason: 'signature' } })
  }
  const isTaken = deploy
    ? await Eip1271.isValidOnceDeployed(network, { account, deploy }, digest, signature)
    : await Eip1271.isValidNow(network, account, digest, signature)
  if (isTaken) return
  const message = deploy
    ? 'The deployment in the signature (ERC-6492) makes no account at "from" that takes it.'
    : 'The account in "from" is no contract that takes this signature (ERC-1271).'
  throw new AppError('verification-failed', message, { extra: { reason: 'signature' } })
}

function digestOf(network: Caip2, asset: string, instrument: Eip3009.Authorization | Permit2.Authorization): Hex {
  if (instrument.kind === 'permit2') return Permit2.digest(network, instrument)
  const token = findAsset(network, asset)
  if (!token) throw new TypeError(`${asset} is no token of ${network}`)
  return Eip3009.digest(token, instrument)
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
