/** The state that a payment is shown with: a delivered one of which a part goes back has a word of its own. */
export function stateOf({ status, refundedBase }: { status: string; refundedBase: string }): string {
  return status === 'delivered' && refundedBase !== '0' ? 'partly_refunded' : status
}
