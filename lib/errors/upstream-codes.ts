import type { ErrorRow } from './ErrorRow'

/** Errors of the merchant's API. */
export const upstreamCodes = {
  'upstream-failed': {
    status: 502,
    owner: 'upstream',
    retryable: true,
    title: 'The seller’s API failed',
    help: 'The API behind this resource failed before its answer began. Either you were not charged, or you get a refund: the detail says which.',
  },
  'upstream-busy': {
    status: 503,
    owner: 'upstream',
    retryable: true,
    title: 'The seller’s API is busy',
    help: 'The API behind this resource accepts no request now, for example because it answered 429 or 503. The member upstreamStatus carries its status. Either you were not charged, or you get a refund: the detail says which. After Retry-After, try again with a fresh challenge.',
    retryAfterSeconds: 5,
  },
  'upstream-rejected': {
    status: 422,
    owner: 'client',
    retryable: false,
    title: 'The seller’s API refused the request',
    help: 'The API behind this resource answered with a 4xx status that waiting does not change, so nothing was delivered. The member upstreamStatus carries its status, and upstreamBody its body where that is safe to show. Correct the request before you buy again. Either you were not charged, or you get a refund: the detail says which.',
  },
  'upstream-timeout': {
    status: 504,
    owner: 'upstream',
    retryable: true,
    title: 'The seller’s API did not answer in time',
    help: 'The API behind this resource did not begin its answer within the merchant’s time limit. Either you were not charged, or you get a refund: the detail says which.',
  },
  'upstream-refused': {
    status: 502,
    owner: 'merchant',
    retryable: false,
    title: 'The upstream address is not allowed',
    help: 'The upstream of this resource points to a private, loopback, link-local or metadata address, or redirects to another host. The merchant has to correct it. Either you were not charged, or you get a refund: the detail says which.',
  },
} as const satisfies Record<string, ErrorRow>
