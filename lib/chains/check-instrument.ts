import { AppError } from '@/lib/errors'
import { Amount, type Caip2 } from '@/lib/money'
import { assertCodeTakes } from './assert-taken'
import { type SignedAuthorization } from './SignedAuthorization'
import { assertDeployable } from './assert-deployable'
import { findAsset } from './Chain'
import { assertMoves, readPermit } from './check-permit2'
import * as Eip3009 from './Eip3009'
import * as Erc20 from './Erc20'
import type { ChainInstrument, Instrument } from './Instrument'
import { onChain } from './on-chain'
import { hasCode } from './read-code'
import { readCoalesced } from './read-coalesced'
import { simulateRaw } from './simulate-raw'
import { checkSvmPayment } from './svm/check-payment'
import { toUint } from './word'

/** The chain's answer on an instrument. */
export type InstrumentCheck = {
  /** The payer's balance, base units. */
  balanceBase: bigint
  /** The instrument to store: with `contract` if there is code at the payer's address, whichever key signed. */
  instrument: Instrument
}

/**
 * Asks the chain whether an instrument can move its money now: the balance, the unused nonce, the allowance for
 * Permit2, and what verifies its signature. Tokens and Permit2 look for code at the payer's address first (USDC 2.2's
 * SignatureChecker, Permit2's SignatureVerification): if there is code it decides (ERC-1271), also code delegated by
 * EIP-7702 and even if the account's own key signed; else the key decides. This check does the same. Concurrent callers
 * of one network share the reads; only accounts with code need one of their own. Reads only; may be called any number
 * of times. `asset` is the token's address.
 *
 * If code appears between this check and the settlement, the chain asks that code: the transfer fails, the answer is
 * withheld, and from then on the payer pays before the work (`mustSettleFirst`).
 * @throws AppError payment-insufficient | verification-failed | allowance-required; unavailable if the chain cannot be
 * read, which is never the payer's fault.
 */
export async function checkInstrument(network: Caip2, asset: string, any: Instrument): Promise<InstrumentCheck> {
  const instrument = onChain(any)
  try {
    const signed = instrument.kind === 'eip3009' || instrument.kind === 'permit2' ? instrument : undefined
    const [balanceBase, isCode] = await Promise.all([
      readBalance(network, asset, instrument),
      signed ? hasCode(network, signed.from) : false,
    ])
    if (balanceBase < BigInt(instrument.value)) throw insufficient(network, asset, instrument, balanceBase)
    if (!signed) return { balanceBase, instrument }
    return { balanceBase, instrument: await judge(network, asset, signed, isCode) }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('unavailable', `${network} cannot be read at the moment. Nothing was charged.`, {
      cause: error,
      headers: { 'Retry-After': '2' },
    })
  }
}

async function judge(
  network: Caip2,
  asset: string,
  signed: SignedAuthorization,
  isCode: boolean,
): Promise<SignedAuthorization> {
  if (isCode) {
    await assertCodeTakes(network, asset, signed)
    return { ...signed, contract: true }
  }
  if (signed.kind === 'eip3009' && signed.deploy) await assertDeployable(network, asset, signed, signed.deploy)
  else if (signed.contract)
    throw new AppError(
      'verification-failed',
      'The signature is not by the key of "from", and there is no contract at that address that could take it (ERC-1271).',
      { extra: { reason: 'signature' } },
    )
  return signed
}

function readBalance(network: Caip2, asset: string, instrument: ChainInstrument): Promise<bigint> {
  if (instrument.kind === 'eip3009') return readAuthorization(network, asset, instrument)
  if (instrument.kind === 'permit2') return readPermit(network, instrument)
  if (instrument.kind === 'svm') return checkSvmPayment(network, instrument)
  return readTransfer(network, asset, instrument)
}

async function readAuthorization(
  network: Caip2,
  asset: string,
  authorization: Eip3009.Eip3009Authorization,
): Promise<bigint> {
  const { from, to, nonce } = authorization
  const [balance, state, ...stops] = await readCoalesced(network, [
    { target: asset, callData: Erc20.balanceOfData(from) },
    { target: asset, callData: Eip3009.stateData(from, nonce) },
    ...Erc20.stopCalls(asset, from, to),
  ])
  if (toUint(state) !== 0n)
    throw new AppError(
      'verification-failed',
      'The nonce of this authorization was already used or cancelled on chain.',
      { extra: { reason: 'nonce-used' } },
    )
  assertMoves(stops)
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
