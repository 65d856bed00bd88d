import type { ErrorRow } from './ErrorRow'

/** Errors about credentials that are preimages (MPP's method lightning, and L402); part of `codes`. */
export const lightningCodes = {
  'lightning-malformed-credential': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'Lightning credential is malformed',
    help: 'The credential has no preimage of 64 lower-case hex digits, or the token before it cannot be read. Send what your wallet returned for the invoice of the challenge. If you paid, the same challenge with the right preimage is still taken until its invoice expires.',
    mppType: 'lightning/malformed-credential',
  },
  'lightning-unknown-challenge': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'This Lightning challenge is not open here',
    help: 'This server did not make the challenge for this request, or its invoice was already used for an answer. A paid invoice buys one answer. Use the fresh challenge of this answer.',
    mppType: 'lightning/unknown-challenge',
  },
  'lightning-invalid-preimage': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'The preimage does not open this invoice',
    help: 'The SHA-256 of the preimage is not the payment hash of the invoice in the challenge. Send the preimage that your wallet got for exactly this invoice.',
    mppType: 'lightning/invalid-preimage',
  },
  'lightning-expired-invoice': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'The Lightning invoice has expired',
    help: 'The challenge or its invoice has expired. If you paid it in time and have no answer, look up the payment by its hash: it is served or paid back. Otherwise use the fresh challenge of this answer.',
    mppType: 'lightning/expired-invoice',
  },
} as const satisfies Record<string, ErrorRow>
