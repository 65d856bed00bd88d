import { type Tx } from '@/lib/db'
import { type Caps } from '@/lib/policies'
import { type AcceptedIntent } from './find-replay'

export type ExecutionInput = {
  merchantId: string
  /** The policy that decides; null forbids everything. */
  policyId: string | null
  asker: Caps.PolicyCaller
  /** The unparsed request. */
  request: unknown
  /** Identifies one intent for ever, per merchant. */
  idempotencyKey?: string | undefined
  /** The payment or the channel that bought it, and the resource that sold it. */
  paymentId?: string | undefined
  channelId?: string | undefined
  resourceId?: string | undefined
  /**
   * Runs in the same database transaction, for a new intent only. So a charge and its intent are stored together or
   * not at all.
   */
  alongside?: ((tx: Tx, accepted: AcceptedIntent) => Promise<void>) | undefined
}
