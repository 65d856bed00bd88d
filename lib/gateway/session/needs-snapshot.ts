import { AppError } from '@/lib/errors'

/**
 * A refusal that a higher voucher heals. Whoever signed for the channel is told its state in the fresh challenge, so that a
 * client that lost its own can go on.
 */
export class NeedsSnapshot extends AppError {
  readonly channelId: string
  /** The least cumulative amount that would pay for the request, base units. */
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
