import { AppError } from '@/lib/errors'

/**
 * A refusal that a higher voucher resolves. The fresh challenge carries the channel's state, so that a client that lost
 * its own can continue.
 */
export class NeedsSnapshot extends AppError {
  readonly channelId: string
  /** The lowest cumulative amount that pays for the request, base units. */
  readonly requiredBase: bigint

  constructor(
    code: 'session-insufficient-balance' | 'session-amount-exceeds-deposit' | 'verification-failed' | 'channel-busy',
    message: string,
    extra: { channelId: string } & Record<string, string>,
    requiredBase: bigint,
  ) {
    super(code, message, { extra })
    this.channelId = extra.channelId
    this.requiredBase = requiredBase
  }
}
