import type { Reader } from '../ctx'
import { inToken, tokenColumns } from '@/lib/chains'
import { readAll } from '@/lib/paging'
import { Sheet } from '@/lib/sheet'
import { atRiskBase } from './Channel'
import type { ChannelFilter } from './ChannelFilter'
import { type ChannelRow, channelSource } from './list-channels'

/** The reader's channels that the list shows with this filter, all of them, newest first, as pieces of a file. Reads as the caller reads. */
export function exportChannels(
  reader: Reader,
  filter: ChannelFilter,
  format: Sheet.SheetFormat,
): AsyncGenerator<string> {
  return Sheet.write(channelColumns, readAll(channelSource(reader, filter)), format)
}

/** Documented in docs/exports.md. */
export const channelColumns: readonly Sheet.SheetColumn<ChannelRow>[] = [
  { name: 'id', about: 'The id of the channel.', cell: (row) => row.id },
  Sheet.time('created_at', 'When it was opened.', (row) => row.createdAt),
  Sheet.time('last_voucher_at', 'Its last voucher.', (row) => row.lastVoucherAt),
  {
    name: 'status',
    about: 'opening, open, close_requested, closing, closed or failed.',
    cell: (row) => (row.status === 'open' && row.closeRequestedAt ? 'close_requested' : row.status),
  },
  { name: 'resource_id', about: 'The id of the resource.', cell: (row) => row.resource.id },
  {
    name: 'resource',
    about: 'Method and path of the resource.',
    cell: ({ resource }) => `${resource.method} ${resource.path}`,
  },
  { name: 'resource_name', about: 'The name of the resource.', cell: (row) => row.resource.name },
  ...tokenColumns<ChannelRow>(),
  ...Sheet.amounts<ChannelRow>(
    'deposit',
    'What the payer put into escrow.',
    inToken((row) => row.depositBase),
  ),
  ...Sheet.amounts<ChannelRow>(
    'signed',
    'What its vouchers may be charged.',
    inToken((row) => row.acceptedBase),
  ),
  ...Sheet.amounts<ChannelRow>(
    'gross',
    'What was bought.',
    inToken((row) => row.spentBase),
  ),
  ...Sheet.amounts<ChannelRow>(
    'settled',
    'What the chain shows at the pay-to address.',
    inToken((row) => row.settledBase),
  ),
  ...Sheet.amounts<ChannelRow>(
    'unsettled',
    'gross minus settled; for a closed channel: lost.',
    inToken((row) => atRiskBase(row)),
  ),
  { name: 'units', about: 'Units of the resource that were delivered.', cell: (row) => row.units.toString() },
  { name: 'vouchers', about: 'Vouchers that were accepted.', cell: (row) => row.vouchers.toString() },
  { name: 'payer', about: 'The wallet that pays.', cell: (row) => row.payer },
]
