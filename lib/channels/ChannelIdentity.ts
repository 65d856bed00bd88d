import type { Channel } from './Channel'

/** What never changes about a channel that was opened. */
export type ChannelIdentity = Pick<
  Channel,
  'id' | 'merchantId' | 'network' | 'escrow' | 'asset' | 'payer' | 'payee' | 'operator' | 'signer' | 'descriptor'
>
