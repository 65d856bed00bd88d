/** Stripe's reasons of disputes in words. */
const words: Record<string, string> = {
  fraudulent: 'The holder of the card did not make it',
  product_not_received: 'Not received',
  product_unacceptable: 'Not as described',
  duplicate: 'Charged twice',
  subscription_canceled: 'Cancelled before',
  unrecognized: 'Not recognised',
  credit_not_processed: 'Refund missing',
  general: 'No reason given',
}

export function reasonOf(reason: string): string {
  return words[reason] ?? reason.replaceAll('_', ' ')
}
