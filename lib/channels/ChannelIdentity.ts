import type { Channel } from './Channel'

/** The members of an opened channel that never change. */
export type ChannelIdentity = Pick<
  Channel,
  'id' | 'merchantId' | 'network' | 'escrow' | 'asset' | 'payer' | 'payee' | 'operator' | 'signer' | 'descriptor'
>
