/** What the steps of a payment are called where its money moves. Pure. */
export type RailWords = {
  /** "on chain", at the end of "the money is". */
  place: string
  settling: string
  settled: string
  /** What is not known yet while the outcome is open. */
  open: string
  /** What happens after the delivery; undefined: the transaction of the payment says it. */
  after: string | undefined
}

const onChain: RailWords = {
  place: 'on chain',
  settling: 'Handed to settlement',
  settled: 'Transfer found on chain',
  open: 'The settlement was sent to the chain; its outcome is not known yet.',
  after: undefined,
}

const byWire: Record<string, RailWords> = {
  'mpp stripe': {
    place: 'at Stripe',
    settling: 'Capture requested',
    settled: 'Captured at Stripe',
    open: 'Stripe was asked to capture the money; its answer is not known yet.',
    after: 'Stripe pays it out by its schedule. The holder of the card can dispute it for about 120 days.',
  },
}

const overLightning: RailWords = {
  place: 'at the Lightning node',
  settling: 'Preimage checked',
  settled: 'Proved by the preimage',
  open: 'The payment is proved and not booked yet.',
  after: 'No further step: a Lightning payment is final.',
}

/** @param wire of the payment, such as "mpp stripe". */
export function wordsOf(wire: string): RailWords {
  return byWire[wire] ?? (wire === 'mpp lightning' || wire === 'l402' ? overLightning : onChain)
}
