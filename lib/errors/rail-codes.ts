import type { ErrorRow } from './ErrorRow'

/** Errors of payments by cards, wallets and Lightning; part of `codes`. */
export const railCodes = {
  'payment-declined': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'The payment was declined',
    help: 'The card or the wallet behind the payment token was declined. The detail and `reason` say why, in the words of the payment provider. Nothing was charged. Pay the fresh challenge with another token, or by another method.',
    mppType: 'verification-failed',
  },
  'payment-action-required': {
    status: 402,
    owner: 'client',
    retryable: false,
    title: 'A person must confirm the payment',
    help: 'The bank of the card asks its holder to confirm (3-D Secure), which an agent cannot do. Nothing was charged. Ask the holder for another card, or pay by another method.',
    mppType: 'payment-action-required',
  },
  'dispute-not-open': {
    status: 409,
    owner: 'client',
    retryable: false,
    title: 'This dispute takes no answer now',
    help: 'Evidence was submitted, an answer is on its way, or the bank has decided. The detail says which. Nothing was changed. The page of the payment shows the state of the dispute.',
  },
  'webhook-unsigned': {
    status: 400,
    owner: 'platform',
    retryable: true,
    title: 'The webhook is not signed by its sender',
    help: 'The signature of the webhook fits none of the signing secrets of this installation, or is too old. Put the signing secret of the endpoint into the setting, and check the clock of the server. Nothing was changed.',
  },
} as const satisfies Record<string, ErrorRow>
