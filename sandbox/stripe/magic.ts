import { createHash } from 'node:crypto'

/** What a test payment method of Stripe does with a charge. */
export type Magic = {
  type: 'card' | 'us_bank_account'
  brand?: string
  last4: string
  /** The charge fails with this. */
  decline?: { code: string; declineCode?: string; message: string; blocked?: boolean }
  /** The intent needs a person first. */
  needsAction?: boolean
  /** The intent is `processing` first; then it succeeds, fails, or stays until a control ends it. */
  processing?: 'fails' | 'stays' | 'succeeds'
  /** The charge succeeds and is disputed at once. */
  dispute?: { reason: string; inquiry?: boolean; networkReason: string }
  /** The charge succeeds and the issuer warns of fraud. */
  warning?: boolean
  /** Refunds are `pending` first and succeed, or succeed first and fail later. */
  refund?: 'fails' | 'pending'
  /** The money is available at once. */
  available?: boolean
  risk?: 'elevated' | 'highest'
}

const declined = (declineCode: string, message = 'Your card was declined.') => ({
  code: 'card_declined',
  declineCode,
  message,
})
const insufficient = declined('insufficient_funds', 'Your card has insufficient funds.')

/**
 * Names of docs.stripe.com/testing, and the last four digits of the card behind each. A name that is not here is no payment
 * method, as at Stripe.
 */
const methods: Record<string, Magic> = {
  pm_card_visa: { type: 'card', last4: '4242' },
  pm_card_visa_debit: { type: 'card', last4: '5556' },
  pm_card_us: { type: 'card', last4: '4242' },
  pm_card_mastercard: { type: 'card', brand: 'mastercard', last4: '4444' },
  pm_card_amex: { type: 'card', brand: 'amex', last4: '8431' },
  pm_card_visa_chargeDeclined: { type: 'card', last4: '0002', decline: declined('generic_decline') },
  pm_card_chargeDeclined: { type: 'card', last4: '0002', decline: declined('generic_decline') },
  pm_card_visa_chargeDeclinedInsufficientFunds: { type: 'card', last4: '9995', decline: insufficient },
  pm_card_chargeDeclinedInsufficientFunds: { type: 'card', last4: '9995', decline: insufficient },
  pm_card_visa_chargeDeclinedLostCard: { type: 'card', last4: '9987', decline: declined('lost_card') },
  pm_card_visa_chargeDeclinedStolenCard: { type: 'card', last4: '9979', decline: declined('stolen_card') },
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: {
    type: 'card',
    last4: '6975',
    decline: declined('card_velocity_exceeded'),
  },
  pm_card_chargeDeclinedExpiredCard: {
    type: 'card',
    last4: '0069',
    decline: { code: 'expired_card', message: 'Your card has expired.' },
  },
  pm_card_chargeDeclinedIncorrectCvc: {
    type: 'card',
    last4: '0127',
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  },
  pm_card_chargeDeclinedProcessingError: {
    type: 'card',
    last4: '0119',
    decline: {
      code: 'processing_error',
      message: 'An error occurred while processing your card. Try again in a little bit.',
    },
  },
  pm_card_chargeCustomerFail: { type: 'card', last4: '0341', decline: declined('generic_decline') },
  pm_card_radarBlock: {
    type: 'card',
    last4: '0019',
    decline: { ...declined('fraudulent'), blocked: true },
    risk: 'highest',
  },
  pm_card_riskLevelHighest: { type: 'card', last4: '4954', risk: 'highest' },
  pm_card_riskLevelElevated: { type: 'card', last4: '9235', risk: 'elevated' },
  pm_card_authenticationRequired: { type: 'card', last4: '3184', needsAction: true },
  pm_card_threeDSecure2Required: { type: 'card', last4: '3220', needsAction: true },
  pm_card_createDispute: { type: 'card', last4: '0259', dispute: { reason: 'fraudulent', networkReason: '10.4' } },
  pm_card_createDisputeProductNotReceived: {
    type: 'card',
    last4: '2685',
    dispute: { reason: 'product_not_received', networkReason: '13.1' },
  },
  pm_card_createDisputeInquiry: {
    type: 'card',
    last4: '1976',
    dispute: { reason: 'fraudulent', inquiry: true, networkReason: '10.4' },
  },
  pm_card_createIssuerFraudRecord: { type: 'card', last4: '5423', warning: true },
  pm_card_pendingRefund: { type: 'card', last4: '7726', refund: 'pending' },
  pm_card_refundFail: { type: 'card', last4: '5126', refund: 'fails' },
  pm_card_bypassPending: { type: 'card', last4: '0077', available: true },
  pm_usBankAccount_success: { type: 'us_bank_account', last4: '6789', processing: 'succeeds' },
  pm_usBankAccount_insufficientFunds: { type: 'us_bank_account', last4: '2227', processing: 'fails' },
  pm_usBankAccount_processing: { type: 'us_bank_account', last4: '0000', processing: 'stays' },
}

export function magicOf(name: string): Magic | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}

/** The same card has the same fingerprint, whatever payment method it is in. */
export function fingerprintOf(name: string): string {
  return createHash('sha256')
    .update(magicOf(name)?.last4 ?? name)
    .digest('base64url')
    .slice(0, 16)
    .replace(/[-_]/g, 'x')
}

/** The `card` of a payment method. */
export function cardOf(name: string): Record<string, unknown> {
  const { brand = 'visa', last4 } = methods[name] ?? { last4: '4242' }
  return {
    brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    display_brand: brand === 'amex' ? 'american_express' : brand,
    exp_month: 12,
    exp_year: 2034,
    fingerprint: fingerprintOf(name),
    funding: name.includes('debit') ? 'debit' : 'credit',
    generated_from: null,
    last4,
    networks: { available: [brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  }
}

export function bankOf(name: string): Record<string, unknown> {
  return {
    account_holder_type: 'individual',
    account_type: 'checking',
    bank_name: 'STRIPE TEST BANK',
    fingerprint: fingerprintOf(name),
    last4: methods[name]?.last4 ?? '6789',
    networks: { preferred: 'ach', supported: ['ach'] },
    routing_number: '110000000',
    status_details: {},
  }
}
