/**
 * Every error that can reach somebody. The key is the last part of its documentation page
 * (`/docs/errors/{code}`) and the problem's `type`. `owner` says whose move it is.
 */
type Row = {
  status: number
  owner: 'client' | 'merchant' | 'upstream' | 'platform'
  retryable: boolean
  title: string
  /** What happened and what to do, for the documentation page. */
  help: string
}

export const codes = {
  'payment-required': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'Payment required',
    help: 'This resource is paid per call. Pay one of the offered challenges (x402 or MPP) and send the same request again with the credential. Nothing was charged.',
  },
  'payment-malformed': {
    status: 400,
    owner: 'client',
    retryable: false,
    title: 'Payment credential is malformed',
    help: 'The payment header could not be read. Send exactly one PAYMENT-SIGNATURE (x402 v2), X-PAYMENT (x402 v1) or Authorization: Payment (MPP) header, encoded as its specification says. Nothing was charged.',
  },
  'malformed-credential': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'MPP credential is malformed',
    help: 'The Authorization: Payment credential could not be decoded. Use the fresh challenge of this answer. Nothing was charged.',
  },
  'invalid-challenge': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'Challenge is not ours',
    help: 'The credential answers a challenge that this server did not make, or that was made for another resource, request or price. Use the fresh challenge of this answer. Nothing was charged.',
  },
  'payment-expired': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'Challenge or authorization has expired',
    help: 'The quote or the signed authorization is past its expiry, or not valid yet. Use the fresh challenge of this answer. Nothing was charged.',
  },
  'verification-failed': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'Payment did not verify',
    help: 'The signature, recipient, amount, asset or network of the credential is not what the challenge asked for. The detail names the field. Nothing was charged.',
  },
  'payment-insufficient': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'Balance does not cover the payment',
    help: 'The paying wallet does not hold enough of the token, counting its other payments that are still on the way. Fund it or wait for those. Nothing was charged.',
  },
  'credential-used': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'Credential belongs to another request',
    help: 'A credential pays for one request only: this one was already used with another method, path, query or body. Use the fresh challenge of this answer.',
  },
  'payment-voided': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'This payment was voided',
    help: 'The earlier request with this credential did not complete and was not charged. The credential will not be accepted again: use the fresh challenge of this answer.',
  },
  'payment-refunded': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'This payment is being refunded',
    help: 'Money had moved but no answer could be given, so the amount goes back to the paying wallet. Use the fresh challenge of this answer to buy again.',
  },
  'payment-in-progress': {
    status: 409,
    owner: 'client',
    retryable: true,
    title: 'The same payment is being served',
    help: 'Another request with this credential is still running. Send the same request with the same credential again after Retry-After; it will not be charged twice.',
  },
  'answer-gone': {
    status: 410,
    owner: 'client',
    retryable: false,
    title: 'The answer is no longer kept',
    help: 'This credential was paid and its answer was delivered, and answers are kept for ten minutes (small ones only). The receipt headers of this response still hold. Buy again to get a new answer.',
  },
  'settlement-pending': {
    status: 503,
    owner: 'platform',
    retryable: true,
    title: 'Settlement is not known yet',
    help: 'The payment was sent to the chain and its outcome is not known yet. Do not sign again: send the same request with the same credential after Retry-After and you will get the answer or a refusal, and you will not be charged twice.',
  },
  'settlement-failed': {
    status: 402,
    owner: 'client',
    retryable: true,
    title: 'Settlement failed',
    help: 'The transfer did not happen on chain, for example because the balance moved or the authorization was cancelled. Nothing was charged. Use the fresh challenge of this answer.',
  },
  'method-unsupported': {
    status: 400,
    owner: 'client',
    retryable: false,
    title: 'Payment method is not offered',
    help: 'The credential uses a payment method, scheme or network that this resource does not offer. Choose one of the challenges of a 402. Nothing was charged.',
  },
  'resource-not-found': {
    status: 404,
    owner: 'client',
    retryable: false,
    title: 'No such resource',
    help: 'Nothing is sold at this address. Check the merchant and the path; the path is case-sensitive and has no encoded slashes.',
  },
  'method-not-allowed': {
    status: 405,
    owner: 'client',
    retryable: false,
    title: 'Method not sold here',
    help: 'The path exists, but not with this method. The Allow header names the methods that do.',
  },
  'bad-request': {
    status: 400,
    owner: 'client',
    retryable: false,
    title: 'Request is malformed',
    help: 'The request could not be understood. The detail names the part.',
  },
  'bad-input': {
    status: 422,
    owner: 'client',
    retryable: false,
    title: 'A field is wrong',
    help: 'One or more fields were refused. The errors member names each with the way out. Nothing was changed.',
  },
  'request-timeout': {
    status: 408,
    owner: 'client',
    retryable: true,
    title: 'The request came too slowly',
    help: 'The request did not arrive completely in time, so the connection was closed. Send it again. Nothing was charged.',
  },
  'content-too-large': {
    status: 413,
    owner: 'client',
    retryable: false,
    title: 'Request body is too large',
    help: 'Bodies of paid requests are limited because they are bound to the payment by their digest. Send a smaller body.',
  },
  'headers-too-large': {
    status: 431,
    owner: 'client',
    retryable: false,
    title: 'Request headers are too large',
    help: 'All headers together may hold 16 KiB. Send smaller ones.',
  },
  'upstream-failed': {
    status: 502,
    owner: 'upstream',
    retryable: true,
    title: 'The seller’s API failed',
    help: 'The API behind this resource failed before its answer began. You were not charged, or a refund is on its way: the detail says which.',
  },
  'upstream-rejected': {
    status: 422,
    owner: 'client',
    retryable: false,
    title: 'The seller’s API refused the request',
    help: 'The API behind this resource answered with a 4xx status, so what you paid for was not delivered. The upstreamStatus member carries its status and, where it is safe to show, upstreamBody its words: correct the request before you buy again. You were not charged, or a refund is on its way: the detail says which.',
  },
  'upstream-timeout': {
    status: 504,
    owner: 'upstream',
    retryable: true,
    title: 'The seller’s API did not answer in time',
    help: 'The API behind this resource did not begin its answer within the time the merchant allows. You were not charged, or a refund is on its way: the detail says which.',
  },
  'upstream-refused': {
    status: 502,
    owner: 'merchant',
    retryable: false,
    title: 'The upstream address is not allowed',
    help: 'The upstream of this resource points to a private, loopback, link-local or metadata address, or redirects to another host. The merchant has to correct it. You were not charged, or a refund is on its way: the detail says which.',
  },
  'not-signed-in': {
    status: 401,
    owner: 'client',
    retryable: false,
    title: 'Sign in first',
    help: 'This page or action needs a signed-in wallet.',
  },
  'not-allowed': {
    status: 403,
    owner: 'client',
    retryable: false,
    title: 'Not allowed',
    help: 'Your wallet may not do this, or the request did not come from this site.',
  },
  'not-found': {
    status: 404,
    owner: 'client',
    retryable: false,
    title: 'Not found',
    help: 'There is nothing at this address, or it belongs to somebody else.',
  },
  'stale-state': {
    status: 409,
    owner: 'platform',
    retryable: true,
    title: 'Somebody else was faster',
    help: 'The row changed between reading and writing. Nothing was changed by this request; load it again and repeat.',
  },
  unavailable: {
    status: 503,
    owner: 'platform',
    retryable: true,
    title: 'Temporarily unavailable',
    help: 'A part that money depends on (the database or the chain) cannot be reached, so nothing is sold for the moment. Nothing was charged. Try again after Retry-After.',
  },
  'internal-error': {
    status: 500,
    owner: 'platform',
    retryable: true,
    title: 'Something went wrong on our side',
    help: 'This is a defect of the server. If a payment was under way, its state is kept: send the same request with the same credential again, you will not be charged twice.',
  },
} as const satisfies Record<string, Row>

export type Code = keyof typeof codes
