import { Eip3009, Multicall3, type Call } from '@/lib/chains'
import type { Payment } from '@/lib/payments'

/** Payments that move in one transaction. */
export type Form =
  /** Several EIP-3009 authorizations through Multicall3 aggregate3, each allowed to fail alone. */
  | 'aggregate'
  /** One authorization, straight to the token. */
  | 'single'
  /** A transaction that the payer signed whole. */
  | 'raw'

/** Most payments in one transaction: keeps it far below a block's gas and a node's size limit. */
export const sizeMax = 100

// Measured on USDC: a transferWithAuthorization to a new holder takes below 90,000. Estimation would lie
// here: a batch whose members fail for lack of gas succeeds all the same.
const gasPerMember = 120_000n
const gasOverhead = 80_000n

/** Which payments may share a transaction: same key, same batch. A raw transaction is always alone. */
export function keyOf(payment: Payment.Payment): string {
  const alone = payment.instrument.kind === 'raw' ? `|${payment.id}` : ''
  return `${payment.network}|${payment.asset}${alone}`
}

export function formOf(payments: readonly Payment.Payment[]): Form {
  if (payments[0]?.instrument.kind === 'raw') return 'raw'
  return payments.length > 1 ? 'aggregate' : 'single'
}

/**
 * The on-chain work of a batch. Pure: sends nothing.
 * @throws TypeError when the payments cannot share a transaction (see `keyOf`).
 */
export function toCall(payments: readonly Payment.Payment[]): Call {
  const [first] = payments
  if (!first) throw new TypeError('A batch needs at least one payment')
  if (payments.some((payment) => keyOf(payment) !== keyOf(first)))
    throw new TypeError('Payments of a batch must share network and asset')
  const { network, instrument } = first
  if (instrument.kind === 'raw') {
    const { from, bytes, hash, expiresAtMs } = instrument
    return { kind: 'raw', network, purpose: 'settlement', from, bytes, hash, expiresAtMs }
  }
  const asset = first.asset as `0x${string}`
  const transfers = payments.map((payment) => transferData(payment))
  if (transfers.length === 1 && transfers[0])
    return { kind: 'call', network, purpose: 'settlement', to: asset, data: transfers[0], value: 0n }
  return {
    kind: 'call',
    network,
    purpose: 'settlement',
    to: Multicall3.address,
    data: Multicall3.encode(transfers.map((callData) => ({ target: asset, callData }))),
    value: 0n,
    gasLimit: gasOverhead + gasPerMember * BigInt(transfers.length),
  }
}

function transferData({ instrument, id }: Payment.Payment): `0x${string}` {
  if (instrument.kind !== 'eip3009') throw new TypeError(`Payment ${id} carries no EIP-3009 authorization`)
  return Eip3009.transferData(instrument)
}
