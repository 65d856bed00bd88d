/** Revert reasons of tokens, of Permit2 and of nodes, in the order in which they are tried. */
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

/** Why a sent transfer failed, as the `reason` of a refusal, from the chain's words; undefined if they do not say. */
export function failureReason(words: string): string | undefined {
  return wordings.find(([wording]) => wording.test(words))?.[1]
}
