import { concat, type Address, type Hex } from 'viem'
import { Eip3009, Multicall3, onChain, Permit2, Settler, type Call } from '@/lib/chains'
import type { Payment } from '@/lib/payments'

/** How payments of one batch move. */
export type BatchForm =
  /** Several authorizations in one call to our settlement contract or to Multicall3; each may fail alone. */
  | 'aggregate'
  /** One authorization, sent directly to its token or its Permit2 proxy. */
  | 'single'
  /** A whole transaction, signed by the payer. */
  | 'raw'
  /** A Solana transaction, signed by the payer and our fee payer. */
  | 'svm'

/** The part of a payment that says how it moves. */
export type MovingPayment = Pick<Payment.Payment, 'id' | 'network' | 'asset' | 'amountBase' | 'instrument'>

/** Most payments in one transaction: far below a block's gas and a node's size limit. */
export const sizeMax = 100

/**
 * Gas limit of a batch member. Estimation would be wrong here: a batch succeeds even if its members run out of gas.
 * Measured in the sandbox, to new holders (gas.chain.test.ts): 66,000 by EIP-3009, 72,000 by Permit2, 106,000 with a
 * permit of its own; the deployed USDC reads more slots.
 */
const memberGas = { eip3009: 120_000n, permit2: 130_000n, sponsored: 180_000n }
const gasOverhead = 80_000n
/**
 * Gas limit of a single payment, whatever its token or account does; a payment that needs more is refused before it is
 * signed.
 */
const singleGas = 600_000n

/**
 * Payments with the same key may share a transaction. These go alone: a raw transaction and a Solana one; `upto`, whose
 * proxy requires our signer as its direct caller; a contract payer's, which could burn the gas of the members behind
 * it; and one that waits for the payer's own approval.
 */
export function keyOf({ id, network, asset, instrument }: MovingPayment): string {
  const alone = isAlone(instrument) ? `|${id}` : ''
  return `${network}|${asset}${alone}`
}

/** True if the payment always has a transaction of its own. */
export function isAlone(instrument: MovingPayment['instrument']): boolean {
  if (instrument.kind === 'eip3009') return instrument.contract === true || instrument.submitted === true
  if (instrument.kind !== 'permit2') return true
  return instrument.scheme === 'upto' || instrument.contract === true || instrument.sponsor?.kind === 'approval'
}

export function formOf(payments: readonly MovingPayment[]): BatchForm {
  const kind = payments[0]?.instrument.kind
  if (kind === 'raw' || kind === 'svm') return kind
  return payments.length > 1 ? 'aggregate' : 'single'
}

/** What is known about the chain now. */
export type ChainFacts = {
  /** The chain has just confirmed that the only payment can move. */
  isSimulated?: boolean
  /** Our settlement contract is deployed. */
  hasSettler?: boolean
}

/**
 * The call of a batch. Pure: sends nothing.
 * @throws TypeError if the payments cannot share a transaction (see `keyOf`).
 */
export function toCall(
  payments: readonly MovingPayment[],
  { isSimulated = false, hasSettler = false }: ChainFacts = {},
): Call {
  const [first] = payments
  if (!first) throw new TypeError('A batch needs at least one payment')
  if (payments.some((payment) => keyOf(payment) !== keyOf(first)))
    throw new TypeError('Payments of a batch must share network and asset')
  const { network } = first
  const instrument = onChain(first.instrument)
  if (instrument.kind === 'raw') {
    const { from, bytes, hash, expiresAtMs } = instrument
    return { kind: 'raw', network, purpose: 'settlement', from, bytes, hash, expiresAtMs }
  }
  if (instrument.kind === 'svm')
    return { kind: 'svm', network, purpose: 'settlement', signer: instrument.feePayer, bytes: instrument.bytes }
  const common = { kind: 'call', network, purpose: 'settlement', value: 0n } as const
  const members = payments.map(toMember)
  const [only, second] = members
  if (only && !second) {
    const signer = instrument.kind === 'permit2' ? instrument.facilitator : undefined
    const more = { ...(signer && { signer }), ...(isSimulated && { isSimulated }) }
    return { ...common, to: only.target, data: only.callData, gasLimit: singleGas, ...more }
  }
  const gasLimit = members.reduce((sum, { gas }) => sum + gas, gasOverhead)
  const packed = hasSettler ? packedData(payments) : undefined
  if (packed) return { ...common, to: Settler.address, data: packed, gasLimit }
  return { ...common, to: Multicall3.address, data: Multicall3.encode(members), gasLimit }
}

/** Undefined if one of them does not fit our contract. */
function packedData(payments: readonly MovingPayment[]): Hex | undefined {
  const authorizations = payments.flatMap(({ instrument }) =>
    instrument.kind === 'eip3009' && Settler.takes(instrument) ? [instrument] : [],
  )
  if (authorizations.length < payments.length) return undefined
  return Settler.settleData(payments[0]?.asset ?? '', authorizations)
}

type Member = { target: Address; callData: Hex; gas: bigint }

function toMember({ id, asset, amountBase, ...payment }: MovingPayment): Member {
  const instrument = onChain(payment.instrument)
  if (instrument.kind === 'raw' || instrument.kind === 'svm')
    throw new TypeError(`Payment ${id} is a transaction of its own`)
  // Contracts ignore bytes after their arguments.
  const behind = instrument.suffix ?? '0x'
  if (instrument.kind === 'eip3009')
    return {
      target: asset as Address,
      callData: concat([Eip3009.transferData(instrument), behind]),
      gas: memberGas.eip3009,
    }
  return {
    target: Permit2.proxies[instrument.scheme],
    callData: concat([Permit2.settleData(instrument, amountBase), behind]),
    gas: instrument.sponsor?.kind === 'eip2612' ? memberGas.sponsored : memberGas.permit2,
  }
}
