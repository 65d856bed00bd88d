export * as Bolt11 from './Bolt11'
export { configuredNode } from './configured-node'
export { LightningFault } from './LightningFault'
export type {
  InvoiceStanding,
  InvoiceWish,
  LightningNode,
  NodeBalance,
  NodeCtx,
  NodeInvoice,
  PaidInvoice,
  PaidPage,
  PaymentFault,
  PaymentOutcome,
  PaymentStanding,
  PaymentWish,
} from './LightningNode'
export { lndNode } from './lnd-rest'
export { phoenixdNode } from './phoenixd'
export { Preimage } from './Preimage'
