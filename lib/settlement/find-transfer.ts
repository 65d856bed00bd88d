import {
  Eip3009,
  Erc20,
  findAuthorizationUse,
  findPermitUse,
  Permit2,
  type AuthorizationUse,
  type Log,
} from '@/lib/chains'
import type { Payment, Proof } from '@/lib/payments'
import { isAlone } from './Batch'
import { findSvmTransfer } from './find-svm-transfer'

/** What the chain says of a payment whose transaction has run. */
export type Finding =
  | { kind: 'moved'; proof: Proof }
  /** Its authorization is still unused: it can be sent again. */
  | { kind: 'unused' }
  /** It can never move: the authorization was cancelled, or its own transaction did not transfer. */
  | { kind: 'dead'; reason: string }

type Included = { hash: string; blockNumber: bigint; logs: readonly Log[] }

/** What came of a payment's own transaction: what it did, and the block that everything else is asked of at the earliest. */
export type Own = { included: Included | undefined; notBefore: bigint }

/**
 * Looks for the exact transfer of a payment: first in the receipt of its own transaction, then, because
 * anybody may submit an authorization, wherever else the chain saw it used. A receipt's status alone
 * proves nothing. `taken` holds log indices that already pay for something else; `alike` says that `included` may hold
 * another transfer of the same amount between the same accounts: by Permit2, which names no nonce, that is not yet this payment's.
 * @throws AppError unavailable when the chain cannot be asked: the outcome stays unknown.
 */
export async function findTransfer(
  payment: Payment.Payment,
  { included, notBefore }: Own,
  taken: Set<number>,
  alike = false,
): Promise<Finding> {
  const { instrument } = payment
  const asset = payment.asset as `0x${string}`
  if (instrument.kind === 'svm') return findSvmTransfer(payment, instrument, included)
  const proof = (at: Included, logIndex: number): Finding => ({
    kind: 'moved',
    proof: { paymentId: payment.id, txHash: at.hash, logIndex, blockNumber: at.blockNumber },
  })
  if (instrument.kind === 'raw') {
    if (!included) return { kind: 'dead', reason: 'The payer’s transaction was not included.' }
    const logIndex = Erc20.findPlainTransfer(included.logs, { ...instrument, asset, value: payment.amountBase }, taken)
    if (logIndex === undefined) return { kind: 'dead', reason: 'The payer’s transaction did not transfer the amount.' }
    taken.add(logIndex)
    return proof(included, logIndex)
  }
  if (instrument.kind === 'permit2') {
    const wanted = { asset, from: instrument.from, to: instrument.to, value: payment.amountBase }
    const own = included && !alike ? Permit2.findTransfer(included.logs, wanted, taken) : undefined
    if (included && own !== undefined) {
      taken.add(own)
      return proof(included, own)
    }
    // Its proxy reverts unless the nonce is used in this very transaction: then the token lied.
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
  const own = included && Eip3009.findTransfer(included.logs, wanted)
  if (included && own !== undefined) return proof(included, own)
  return toFinding(await findAuthorizationUse(payment.network, wanted, notBefore), proof)
}

/** Whether two payments of a batch move the same amount between the same accounts by Permit2. */
export function isAlike({ instrument: one }: Payment.Payment, { instrument: other }: Payment.Payment): boolean {
  if (one.kind !== 'permit2' || other.kind !== 'permit2') return false
  return one.from === other.from && one.to === other.to && one.value === other.value
}

function toFinding(use: AuthorizationUse, proof: (at: Included, logIndex: number) => Finding): Finding {
  if (use.kind === 'unused') return use
  if (use.kind === 'cancelled') return { kind: 'dead', reason: 'The payer cancelled the authorization.' }
  return proof(use, use.logIndex)
}
