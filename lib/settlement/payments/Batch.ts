import { concat, type Address, type Hex } from 'viem'
import { Eip3009, Multicall3, Permit2, Settler, type Call } from '@/lib/chains'
import type { Payment } from '@/lib/payments'

/** Payments that move in one transaction. */
export type BatchForm =
  /** Several authorizations in one call, of our settlement contract or of Multicall3, each allowed to fail alone. */
  | 'aggregate'
  /** One authorization, straight to its token or to its Permit2 proxy. */
  | 'single'
  /** A transaction that the payer signed whole. */
  | 'raw'
  /** A Solana transaction that the payer and our fee payer sign. */
  | 'svm'

/** What of a payment says how it moves. */
export type MovingPayment = Pick<Payment.Payment, 'id' | 'network' | 'asset' | 'amountBase' | 'instrument'>

/** Most payments in one transaction: keeps it far below a block's gas and a node's size limit. */
export const sizeMax = 100

/**
 * What a member may take of a batch. Estimation would lie here: a batch whose members fail for lack of gas succeeds all the
 * same. Measured in the sandbox, to new holders (gas.chain.test.ts): 66,000 by EIP-3009, 72,000 by Permit2, 106,000 with a
 * permit of its own; the deployed USDC looks at more slots.
 */
const memberGas = { eip3009: 120_000n, permit2: 130_000n, sponsored: 180_000n }
const gasOverhead = 80_000n
/** Nobody's token and nobody's account makes us pay for more; what needs more is refused before it is signed. */
const singleGas = 600_000n

/**
 * Which payments may share a transaction: same key, same batch. Alone go a raw transaction and one of Solana; `upto`, whose proxy wants our signer
 * itself as its caller; a contract's, which could burn the gas of those behind it; and what waits for the payer's own approval.
 */
export function keyOf({ id, network, asset, instrument }: MovingPayment): string {
  const alone = isAlone(instrument) ? `|${id}` : ''
  return `${network}|${asset}${alone}`
}

/** Whether nothing else is ever in its transaction. */
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

/** What is known of the chain at this moment. */
export type ChainFacts = {
  /** It has just said that the only payment can move. */
  isSimulated?: boolean
  /** Our settlement contract stands there. */
  hasSettler?: boolean
}

/**
 * The on-chain work of a batch. Pure: sends nothing.
 * @throws TypeError when the payments cannot share a transaction (see `keyOf`).
 */
export function toCall(
  payments: readonly MovingPayment[],
  { isSimulated = false, hasSettler = false }: ChainFacts = {},
): Call {
  const [first] = payments
  if (!first) throw new TypeError('A batch needs at least one payment')
  if (payments.some((payment) => keyOf(payment) !== keyOf(first)))
    throw new TypeError('Payments of a batch must share network and asset')
  const { network, instrument } = first
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

/** Undefined where one of them does not fit our contract. */
function packedData(payments: readonly MovingPayment[]): Hex | undefined {
  const authorizations = payments.flatMap(({ instrument }) =>
    instrument.kind === 'eip3009' && Settler.takes(instrument) ? [instrument] : [],
  )
  if (authorizations.length < payments.length) return undefined
  return Settler.settleData(payments[0]?.asset ?? '', authorizations)
}

type Member = { target: Address; callData: Hex; gas: bigint }

function toMember({ id, asset, instrument, amountBase }: MovingPayment): Member {
  if (instrument.kind === 'raw' || instrument.kind === 'svm')
    throw new TypeError(`Payment ${id} is a transaction of its own`)
  // Contracts do not look behind their arguments.
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
