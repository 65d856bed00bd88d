import type { Ctx } from '@/lib/ctx'
import type { Caip } from '@/lib/money'
import type { Preimage } from './Preimage'

/** A Lightning node of the operator, whatever its make. Amounts are bigint satoshi, hashes 64 lower-case hex digits. Types only. */

export type InvoiceWish = { amountSat: bigint; memo: string; expirySeconds: number }

export type NodeInvoice = { bolt11: string; paymentHash: string; expiresAtMs: number }

/** What a node says of an invoice. `held` has a payment that waits; `expired` can no longer be paid. */
export type InvoiceStanding =
  | { state: 'open' | 'held' | 'expired' | 'missing' }
  | { state: 'paid'; paidSat: bigint; settledAtMs: number }

export type PaidInvoice = { paymentHash: string; paidSat: bigint; settledAtMs: number }

/** Paid invoices after a mark, and the mark to ask with next. A row may come twice; none is left out. */
export type PaidPage = { paid: PaidInvoice[]; next: bigint }

export type PaymentWish = {
  bolt11: string
  /** Only for an invoice without an amount. */
  amountSat?: bigint
  /** The most that the way there may cost. */
  maxFeeSat: bigint
  /** How long the node may try. */
  timeoutMs: number
}

/** Why a payment has failed for certain: no money moved and none will. */
export type PaymentFault =
  | 'unreachable'
  | 'refused'
  | 'expired'
  | 'no-balance'
  | 'no-route'
  | 'rejected'
  | 'timeout'
  | 'canceled'
  | 'other'

/**
 * How a payment ended. `unknown` may have moved money or may yet: look it up by its hash and never pay again before it is known.
 * The preimage never prints.
 */
export type PaymentOutcome =
  | { status: 'succeeded'; feeSat: bigint; preimage: Preimage }
  | { status: 'failed'; fault: PaymentFault; detail: string }
  | { status: 'unknown'; detail: string }

/** `missing`: the node has never begun it. True for certain once no request to pay can still be on its way. */
export type PaymentStanding = PaymentOutcome | { status: 'missing' }

export type NodeBalance = {
  /** What the node holds in its channels. */
  localSat: bigint
  /** The most that it can be paid now. */
  receivableSat: bigint
}

export type LightningNode = {
  kind: 'lnd' | 'phoenixd'
  network: Caip.Caip2
  /** Host and port, for people. */
  host: string
  /** Makes an invoice. @throws LightningFault. A fault leaves at most an invoice that no one has seen. */
  createInvoice(ctx: NodeCtx, wish: InvoiceWish): Promise<NodeInvoice>
  /** @throws LightningFault */
  findInvoice(ctx: NodeCtx, paymentHash: string): Promise<InvoiceStanding>
  /** `since`: 0n, or `next` of the last page. @throws LightningFault */
  listPaid(ctx: NodeCtx, since: bigint): Promise<PaidPage>
  /**
   * Pays an invoice once: the same one again is answered with how the first ended. Never throws for what the node or the network
   * does. @throws TypeError for an invoice that is none, or is for another network.
   */
  pay(ctx: NodeCtx, wish: PaymentWish): Promise<PaymentOutcome>
  /** @throws LightningFault where the node does not answer: then nothing more is known than before. */
  findPayment(ctx: NodeCtx, paymentHash: string): Promise<PaymentStanding>
  /** @throws LightningFault */
  readBalance(ctx: NodeCtx): Promise<NodeBalance>
  /** Whether so much can be received now, as of the last seconds. False where the node does not answer. */
  canReceive(ctx: NodeCtx, amountSat: bigint): Promise<boolean>
}

/** The clock of a caller, and a signal that ends its wait. */
export type NodeCtx = Pick<Ctx, 'now'> & { signal?: AbortSignal }
