import {
  Eip3009,
  Erc20,
  findAuthorizationUse,
  findPermitUse,
  onChain,
  Permit2,
  type AuthorizationUse,
  type Log,
} from '@/lib/chains'
import type { Payment, TransferProof } from '@/lib/payments'
import { isAlone } from './Batch'
import { findSvmTransfer } from './find-svm-transfer'
import { type TransferFinding } from './TransferFinding'

type Included = { hash: string; blockNumber: bigint; logs: readonly Log[] }

/** The result of a payment's own transaction, and the earliest block that other reads may refer to. */
export type OwnTransaction = { included: Included | undefined; notBefore: bigint }

/**
 * Looks for the exact transfer of a payment: first in the receipt of its own transaction, then anywhere on the chain,
 * because any party may submit an authorization. A receipt's status alone proves nothing. `taken` holds log indices
 * that already pay for something else. `alike` means that `included` may hold another transfer of the same amount
 * between the same accounts: Permit2 names no nonce, so such a transfer is not yet proof for this payment.
 * @throws AppError unavailable when the chain cannot be asked: the outcome stays unknown.
 */
export async function findTransfer(
  payment: Payment.Payment,
  { included, notBefore }: OwnTransaction,
  taken: Set<number>,
  alike = false,
): Promise<TransferFinding> {
  const instrument = onChain(payment.instrument)
  const asset = payment.asset as `0x${string}`
  if (instrument.kind === 'svm') return findSvmTransfer(payment, instrument, included)
  const own = included && findOwn(payment, included, taken, alike)
  if (own) return { kind: 'moved', proof: own }
  if (instrument.kind === 'raw')
    return {
      kind: 'dead',
      reason: `The payer’s transaction ${included ? 'did not transfer the amount' : 'was not included'}.`,
    }
  const proof = (at: Pick<Included, 'hash' | 'blockNumber'>, logIndex: number): TransferFinding => ({
    kind: 'moved',
    proof: { paymentId: payment.id, txHash: at.hash, logIndex, blockNumber: at.blockNumber },
  })
  if (instrument.kind === 'permit2') {
    const wanted = { asset, from: instrument.from, to: instrument.to, value: payment.amountBase }
    // The proxy reverts unless the nonce is used in this transaction. So the token reported a transfer that it did not
    // make.
    if (included && !alike && isAlone(instrument))
      return { kind: 'dead', reason: 'The token did not transfer the amount, though it said so.' }
    const use = await findPermitUse(
      payment.network,
      instrument,
      wanted,
      { hash: included?.hash, logIndices: taken },
      notBefore,
    )
    if (use.kind === 'moved' && use.hash === included?.hash) taken.add(use.logIndex)
    return toFinding(use, proof)
  }
  const wanted = { ...instrument, asset, value: payment.amountBase }
  return toFinding(await findAuthorizationUse(payment.network, wanted, notBefore), proof)
}

/**
 * The payment's transfer in its own receipt, if that alone proves it; the chain is not asked. Adds to `taken` like
 * `findTransfer`.
 */
export function findOwn(
  { id, instrument, asset: token, amountBase: value }: Payment.Payment,
  { hash, blockNumber, logs }: Included,
  taken: Set<number>,
  alike: boolean,
): TransferProof | undefined {
  const asset = token as `0x${string}`
  let logIndex: number | undefined
  if (instrument.kind === 'eip3009') logIndex = Eip3009.findTransfer(logs, { ...instrument, asset, value })
  else if (instrument.kind === 'raw') logIndex = Erc20.findPlainTransfer(logs, { ...instrument, asset, value }, taken)
  else if (instrument.kind === 'permit2' && !alike)
    logIndex = Permit2.findTransfer(logs, { asset, from: instrument.from, to: instrument.to, value }, taken)
  if (logIndex === undefined) return undefined
  if (instrument.kind !== 'eip3009') taken.add(logIndex)
  return { paymentId: id, txHash: hash, logIndex, blockNumber }
}

/** True if two payments of a batch move the same amount between the same accounts by Permit2. */
export function isAlike({ instrument: one }: Payment.Payment, { instrument: other }: Payment.Payment): boolean {
  if (one.kind !== 'permit2' || other.kind !== 'permit2') return false
  return one.from === other.from && one.to === other.to && one.value === other.value
}

function toFinding(use: AuthorizationUse, proof: (at: Included, logIndex: number) => TransferFinding): TransferFinding {
  if (use.kind === 'unused') return use
  if (use.kind === 'cancelled') return { kind: 'dead', reason: 'The payer cancelled the authorization.' }
  return proof(use, use.logIndex)
}
