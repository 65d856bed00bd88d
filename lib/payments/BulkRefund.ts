import type { NetworkLabel, TokenLabel } from '@/lib/chains'
import type * as RefundDraft from './RefundDraft'

/** Refunds of several payments by one request, each a refund of its own. */

/** One of the chosen payments. Amounts are base units, as text. */
export type RefundCandidate = {
  id: string
  payer: string
  leftBase: string
  token: TokenLabel
  network: NetworkLabel
  /** Why it cannot be refunded now; null if it can. */
  obstacle: string | null
  /** Why the refund wallet of this server does not pay it; null if it does. */
  signerObstacle: string | null
  /** Why no wallet of the merchant sends it; null if one may. */
  walletObstacle: string | null
}

/** The same for each payment; `amount` in units of its token, empty for everything that is left. */
export type BulkRefundInput = Pick<RefundDraft.RefundInput, 'reason' | 'amount' | 'wallet'>

export type BulkRefundResult = { id: string } & ({ ok: true } | { ok: false; message: string })
