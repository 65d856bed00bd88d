import type { Address } from 'viem'
import type { Escrow } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

export type ChannelStatus = 'opening' | 'open' | 'closing' | 'closed' | 'failed'

/** A channel as its row holds it. Addresses and the id are lower-case; amounts are base units of the asset. */
export type Channel = {
  id: `0x${string}`
  merchantId: string
  resourceId: string
  protocol: 'mpp' | 'x402'
  wire: string
  network: Caip2
  escrow: Address
  asset: Address
  payer: Address
  payee: Address
  operator: Address
  /** The key that signs the vouchers. */
  signer: Address
  descriptor: Escrow.EscrowDescriptor
  /** How long the payer waits after it asked for its money back, while the payee can still settle. */
  graceSeconds: number
  status: ChannelStatus
  /** On chain. */
  depositBase: bigint
  /** Highest accepted voucher; its signature is 65 bytes. */
  acceptedBase: bigint
  acceptedSignature: Buffer | null
  /** Delivered and charged. */
  spentBase: bigint
  /** Reserved by requests that are being served. */
  reservedBase: bigint
  /** Paid out on chain. */
  settledBase: bigint
  /** Given back to the payer when it was closed. */
  refundedBase: bigint | null
  units: bigint
  vouchers: bigint
  settledUnits: bigint
  settledSpentBase: bigint
  closeRequestedAt: Date | null
  closeDeadlineAt: Date | null
  settlementId: string | null
  parkedReason: string | null
  openTransactionId: string
  /** Hash of the payer's opening transaction, or the nonce of its authorization. */
  openingKey: string | null
  error: string | null
}

/** Earned and not yet paid out: what the merchant would lose if the payer withdrew now. Base units. */
export function atRiskBase({ spentBase, settledBase }: Pick<Channel, 'spentBase' | 'settledBase'>): bigint {
  return spentBase > settledBase ? spentBase - settledBase : 0n
}

/** Paid out beyond what was spent, because the contract pays whole vouchers. It is the agent's credit. Base units. */
export function prepaidBase({ spentBase, settledBase }: Pick<Channel, 'spentBase' | 'settledBase'>): bigint {
  return settledBase > spentBase ? settledBase - spentBase : 0n
}

/**
 * What a close captures: what was spent, at most the deposit, and at least what is already paid out (draft-tempo-session,
 * close).
 */
export function captureBase({
  spentBase,
  settledBase,
  depositBase,
}: Pick<Channel, 'spentBase' | 'settledBase' | 'depositBase'>): bigint {
  const dueBase = spentBase < depositBase ? spentBase : depositBase
  return dueBase > settledBase ? dueBase : settledBase
}
