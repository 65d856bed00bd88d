/** Reverts of tokens, of Permit2 and of nodes, in the order in which they are looked for. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [/exceeds (?:the )?balance|insufficient[ -]?(?:funds|balance|token)|TRANSFER_FROM_FAILED/i, 'balance'],
  [
    /used or cancell?ed|cancell?ed the authorization|InvalidNonce|AuthorizationAlreadyUsed|nonce already used/i,
    'nonce-used',
  ],
  [/is expired|SignatureExpired|PermitExpired|AuthorizationExpired/i, 'expired'],
  [/not yet valid|AuthorizationNotYetValid|PaymentTooEarly/i, 'not-yet-valid'],
  [/invalid signature|InvalidSigner|InvalidContractSignature|InvalidSignature/i, 'signature'],
  [/InsufficientAllowance|exceeds allowance|AllowanceExpired/i, 'allowance'],
]

/**
 * Why a transfer that was sent did not happen, as `reason` of a refusal names it, from what the chain said; undefined where that
 * tells nothing.
 */
export function failureReason(words: string): string | undefined {
  return wordings.find(([wording]) => wording.test(words))?.[1]
}
