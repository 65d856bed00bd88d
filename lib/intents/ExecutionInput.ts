import { type Tx } from '@/lib/db'
import { type Caps } from '@/lib/policies'
import { type AcceptedIntent } from './find-replay'

export type ExecutionInput = {
  merchantId: string
  /** What it is held to; null forbids everything. */
  policyId: string | null
  asker: Caps.PolicyCaller
  /** As it came from the wire. */
  request: unknown
  /** One intent for ever, per merchant. */
  idempotencyKey?: string | undefined
  /** The payment or the channel that bought it, and the resource that sold it. */
  paymentId?: string | undefined
  channelId?: string | undefined
  resourceId?: string | undefined
  /** Written in the same database transaction, for the intent that is new: a charge and what it buys happen both or not at all. */
  alongside?: ((tx: Tx, accepted: AcceptedIntent) => Promise<void>) | undefined
}
