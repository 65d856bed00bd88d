import { z } from 'zod'
import { Filter } from '@/lib/paging'

/** The filters of the list of channels, as the URL holds them. */

/** The states that pages show: an open channel whose payer asked the chain to close it is not served any more. */
export const states = ['opening', 'open', 'close_requested', 'closing', 'closed', 'failed'] as const
export type ChannelState = (typeof states)[number]

export const shape = {
  status: Filter.anyOf(states),
  /** CAIP-2. */
  network: Filter.network,
  resource: Filter.id,
  /** Whole address or its beginning. */
  payer: Filter.addressStart,
  /** The address that is paid, and the token's: whole, or the beginning. */
  payee: Filter.addressStart,
  token: Filter.addressStart,
  /** Whole channel id or its beginning. */
  id: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^0x[0-9a-f]{4,64}$/),
  /** A settlement is due, and waits for a person or a better voucher. */
  parked: z.literal('yes'),
}

export type ChannelFilter = Filter.FilterValues<typeof shape>

/** The filters of a channel's vouchers. */
export const voucherShape = {
  /** Dollars since the channel was opened: finds the voucher that covers them. */
  cumulative: Filter.dollars,
}

export type VoucherFilter = Filter.FilterValues<typeof voucherShape>

/** Whether a part of a URL can be a channel's id. */
export function isId(text: string): boolean {
  return /^0x[0-9a-f]{64}$/.test(text)
}
