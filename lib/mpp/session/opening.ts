import { decodeFunctionData, encodeFunctionData, type Address, type Hex } from 'viem'
import { Abis } from 'viem/tempo'
import { Reserve, recoverSigner, spellOut } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { Caip } from '@/lib/money'
import * as TempoTransaction from '../TempoTransaction'

/** Time that a broadcast needs. Clients sign transactions that live for 25 s. */
const leftMsMin = 2_000

type Open = Extract<ChannelProtocol.ChannelCredential, { action: 'open' }>
type TopUp = Extract<ChannelProtocol.ChannelCredential, { action: 'topUp' }>

/**
 * Checks everything in an opening that needs no chain. Only the run of its transaction remains.
 * @throws AppError verification-failed | payment-expired | session-invalid-signature | session-signer-mismatch |
 * session-amount-exceeds-deposit
 */
export function verifyOpening(
  credential: Open,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): ChannelProtocol.ChannelOpening<Reserve.ReserveDescriptor> {
  const { channelId, descriptor, cumulativeBase } = credential
  assertDescriptor(credential, terms)
  const transaction = decode(credential.transaction)
  assertOurs(transaction, descriptor, terms, nowMs)
  if (TempoTransaction.expiringNonceHash(transaction) !== descriptor.expiringNonceHash)
    throw failed('The descriptor’s expiringNonceHash is not that of the transaction.')
  const depositBase = depositIn(onlyCall(transaction, terms), descriptor)
  if (cumulativeBase > depositBase)
    throw new AppError('session-amount-exceeds-deposit', 'The first voucher is above what the transaction deposits.')
  const signer = Reserve.signerOf(descriptor)
  const signature = assertSigned(credential, terms.escrow, signer)
  return {
    channelId,
    descriptor,
    signer,
    depositBase,
    cumulativeBase,
    signature,
    transaction: toPayerTransaction(transaction),
  }
}

/** Checks a top-up in the same way. @throws AppError verification-failed | payment-expired */
export function verifyTopUp(
  credential: TopUp,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): ChannelProtocol.PayerTransaction {
  const { descriptor, addedBase } = credential
  assertDescriptor(credential, terms)
  if (addedBase === 0n) throw failed('The top-up adds nothing.')
  const transaction = decode(credential.transaction)
  assertOurs(transaction, descriptor, terms, nowMs)
  const expected = encodeFunctionData({ abi: Reserve.abi, functionName: 'topUp', args: [descriptor, addedBase] })
  if (onlyCall(transaction, terms) !== expected)
    throw failed('The transaction does not add the additionalDeposit to the channel of the descriptor.')
  return toPayerTransaction(transaction)
}

/** Checks that the descriptor fits this challenge and that the channel's id is the hash of the descriptor. */
function assertDescriptor({ descriptor, channelId, network }: Open | TopUp, terms: ChannelProtocol.ChannelTerms): void {
  if (network !== terms.network) throw failed('The channel is on another network than the challenge asks.')
  if (descriptor.payee !== terms.payee) throw failed('The channel pays another payee than the challenge asks.')
  if (descriptor.token !== terms.asset) throw failed('The channel holds another token than the challenge asks.')
  if (descriptor.operator !== terms.operator)
    throw failed('The channel names another operator than the challenge asks.')
  if (Reserve.channelId(descriptor, network, terms.escrow) !== channelId)
    throw failed('The channelId is not that of the descriptor.')
}

function decode(serialized: Hex): TempoTransaction.TempoTransaction {
  try {
    return TempoTransaction.decode(serialized)
  } catch (cause) {
    throw failed(`The transaction ${cause instanceof Error ? cause.message : 'cannot be decoded'}.`, cause)
  }
}

/**
 * Checks that the payer signed it for this network and pays its fee, and that it lives long enough but not longer
 * than the challenge.
 */
function assertOurs(
  transaction: TempoTransaction.TempoTransaction,
  { payer }: Reserve.ReserveDescriptor,
  terms: ChannelProtocol.ChannelTerms,
  nowMs: number,
): void {
  if (Caip.fromChainId(transaction.chainId) !== terms.network) throw failed('The transaction is for another network.')
  if (transaction.from !== payer) throw failed('The transaction is signed by another account than the payer.')
  if (transaction.isSponsored)
    throw failed('The transaction leaves its fee to another account: here the payer pays it.')
  if (transaction.isDelegating) throw failed('The transaction also authorises keys: send that by itself.')
  if (!transaction.isExpiring) throw failed('The transaction has no expiring nonce (nonceKey).')
  if (transaction.validAfterMs > nowMs)
    throw new AppError('payment-expired', 'The transaction is not valid yet (validAfter).')
  if (transaction.validBeforeMs < nowMs + leftMsMin)
    throw new AppError('payment-expired', 'The transaction has expired or is about to (validBefore).')
  if (transaction.validBeforeMs > terms.expiresAtMs + leftMsMin)
    throw failed('The transaction outlives the challenge (validBefore).')
}

/**
 * The calldata of the transaction's one call to the reserve. An approval for the reserve may come before it; every
 * other call is refused, because the channel does not need it.
 */
function onlyCall({ calls }: TempoTransaction.TempoTransaction, { escrow, asset }: ChannelProtocol.ChannelTerms): Hex {
  const call = calls.at(-1)
  const before = calls.slice(0, -1)
  if (!call?.data || call.to !== escrow) throw failed('The transaction does not call the channel reserve.')
  if (before.length > 1 || !before.every((one) => isApproval(one, escrow, asset)))
    throw failed('The transaction does more than the channel needs: leave out every other call.')
  if (calls.some(({ isPlain }) => !isPlain)) throw failed('The transaction’s calls move native value.')
  return call.data
}

function isApproval({ to, data }: TempoTransaction.TempoCall, escrow: Address, token: Address): boolean {
  if (to !== token || !data) return false
  try {
    const { functionName, args } = decodeFunctionData({ abi: Abis.tip20, data })
    return functionName === 'approve' && args[0].toLowerCase() === escrow
  } catch {
    return false
  }
}

/** The deposit of the call, in base units. All its other arguments must equal the descriptor. */
function depositIn(data: Hex, descriptor: Reserve.ReserveDescriptor): bigint {
  const { payee, operator, token, salt, authorizedSigner } = descriptor
  try {
    const { functionName, args } = decodeFunctionData({ abi: Reserve.abi, data })
    const depositBase = functionName === 'open' ? args[3] : 0n
    const expected = encodeFunctionData({
      abi: Reserve.abi,
      functionName: 'open',
      args: [payee, operator, token, depositBase, salt, authorizedSigner],
    })
    if (depositBase > 0n && expected === data) return depositBase
  } catch {
    // The data is not calldata of the reserve.
  }
  throw failed('The transaction does not open the channel of the descriptor.')
}

/**
 * Checks that the channel's signer signed the voucher. Returns the signature in the one form that the contract
 * accepts.
 */
function assertSigned({ network, channelId, cumulativeBase, ...sent }: Open, escrow: Address, signer: Address): Hex {
  const signature = spellOut(sent.signature) ?? sent.signature
  const digest = Reserve.voucherDigest(network, { channelId, cumulativeBase }, escrow)
  if (recover(digest, signature) !== signer)
    throw new AppError('session-signer-mismatch', 'The voucher is not signed by the channel’s signer.')
  return signature
}

function recover(digest: Uint8Array, signature: Hex): Address {
  try {
    return recoverSigner(digest, signature)
  } catch (cause) {
    const reason = cause instanceof TypeError ? cause.message : 'The voucher’s signature cannot be read'
    throw new AppError('session-invalid-signature', `${reason}.`, { cause })
  }
}

function toPayerTransaction({ from, bytes, hash, validBeforeMs }: TempoTransaction.TempoTransaction) {
  return { from, bytes, hash, expiresAtMs: validBeforeMs }
}

function failed(message: string, cause?: unknown): AppError {
  return new AppError('verification-failed', message, { cause })
}
