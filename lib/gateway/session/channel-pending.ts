import { AppError } from '@/lib/errors'

/** 503, not a fresh 402: on a 402 a conforming client would sign another transaction. */
export function channelPending(hash: string | undefined): AppError {
  return new AppError(
    'channel-pending',
    'The transaction was sent and its outcome is not known yet. Send the same request with the same credential again.',
    { headers: { 'Retry-After': '2' }, extra: hash === undefined ? {} : { transaction: hash } },
  )
}
