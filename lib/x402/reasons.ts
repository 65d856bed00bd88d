import type { AppError } from '@/lib/errors'
import { isReason, type RefusalReason } from '@/lib/protocol-shared'
import type { Scheme } from './Scheme'

/** x402's error codes for a payment. The gateway's refusals and the facilitator's answers share them. */

type Family = Scheme['family']

/** Codes for each family of schemes. Source: `@x402/evm` and `@x402/svm`, error constants. */
const codes: Record<Family, Partial<Record<RefusalReason, string>>> = {
  eip3009: {
    token: 'invalid_exact_evm_eip3009_not_supported',
    domain: 'invalid_exact_evm_token_name_mismatch',
    recipient: 'invalid_exact_evm_recipient_mismatch',
    value: 'invalid_exact_evm_authorization_value',
    'not-yet-valid': 'invalid_exact_evm_payload_authorization_valid_after',
    expired: 'invalid_exact_evm_payload_authorization_valid_before',
    'too-long': 'invalid_exact_evm_payload_authorization_valid_before',
    signature: 'invalid_exact_evm_signature',
    'nonce-used': 'invalid_exact_evm_nonce_already_used',
    balance: 'invalid_exact_evm_insufficient_balance',
    simulation: 'invalid_exact_evm_transaction_simulation_failed',
  },
  permit2: {
    token: 'permit2_token_mismatch',
    recipient: 'invalid_permit2_recipient_mismatch',
    value: 'permit2_amount_mismatch',
    'not-yet-valid': 'permit2_not_yet_valid',
    expired: 'permit2_deadline_expired',
    'too-long': 'permit2_deadline_expired',
    signature: 'invalid_permit2_signature',
    spender: 'invalid_permit2_spender',
    facilitator: 'upto_facilitator_mismatch',
    'nonce-used': 'permit2_invalid_nonce',
    balance: 'permit2_insufficient_balance',
    allowance: 'permit2_allowance_required',
    sponsor: 'invalid_eip2612_extension_format',
    simulation: 'permit2_simulation_failed',
  },
  svm: {
    token: 'invalid_exact_svm_payload_mint_mismatch',
    recipient: 'invalid_exact_svm_payload_recipient_mismatch',
    value: 'invalid_exact_svm_payload_amount_mismatch',
    layout: 'invalid_exact_svm_payload_transaction_instructions',
    facilitator: 'fee_payer_not_managed_by_facilitator',
    'nonce-used': 'duplicate_settlement',
    balance: 'transaction_simulation_failed',
    simulation: 'transaction_simulation_failed',
  },
}

/** Codes for reasons without a scheme-specific one. Source: x402 v2, "Error Handling". */
const common: Partial<Record<RefusalReason, string>> = {
  network: 'invalid_network',
  scheme: 'invalid_scheme',
  balance: 'insufficient_funds',
  'nonce-used': 'duplicate_settlement',
}

/** For errors without a `reason`: the reason that they mean, or the code itself. */
const reasonOfCode: Partial<Record<AppError['code'], RefusalReason>> = {
  'payment-insufficient': 'balance',
  'payment-expired': 'expired',
  'credential-used': 'nonce-used',
  'payment-voided': 'nonce-used',
  'payment-refunded': 'nonce-used',
  'allowance-required': 'allowance',
}
const wordOfCode: Partial<Record<AppError['code'], string>> = {
  'payment-in-progress': 'duplicate_settlement',
  'payment-malformed': 'invalid_payload',
  'identifier-malformed': 'invalid_payload',
  'identifier-used': 'invalid_payload',
  'method-unsupported': 'unsupported_scheme',
  'invalid-challenge': 'invalid_payment_requirements',
  'payment-expired': 'invalid_payment_requirements',
  'verification-failed': 'invalid_payment_requirements',
}

/** The x402 code for a refused payment. `family` is that of its scheme; undefined if the payment is unreadable. */
export function reasonOf(error: AppError, family: Family | undefined): string {
  // The scheme has more codes than we have reasons.
  if (typeof error.extra.x402 === 'string') return error.extra.x402
  const statedReason = isReason(error.extra.reason) ? error.extra.reason : undefined
  const reason = statedReason ?? reasonOfCode[error.code]
  const word = reason && ((family && codes[family][reason]) ?? common[reason])
  if (word) return word
  if (error.code === 'settlement-failed') return failedReason(family)
  return wordOfCode[error.code] ?? 'invalid_payment'
}

/** The x402 code for a transfer that was sent and failed. */
export function failedReason(family: Family | undefined): string {
  if (family === undefined) return 'invalid_transaction_state'
  return family === 'eip3009' ? 'invalid_exact_evm_transaction_failed' : 'transaction_failed'
}
