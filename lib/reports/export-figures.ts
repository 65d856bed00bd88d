import { inToken, tokenColumns } from '@/lib/chains'
import { Sheet } from '@/lib/sheet'
import * as Figures from './Figures'
import { findBalances } from './find-balances'
import { type DimensionFigures, type FigureDimension, findFigures } from './find-figures'
import type { Month } from './Month'

/** A row per payer and token: what one statement of a month adds up. */
const rowsMax = 100_000

/** A month's figures as pieces of a file: a row per token, or per token and resource or payer, the largest 100,000. */
export function exportFigures(
  merchantId: string,
  month: Month,
  by: FigureDimension,
  format: Sheet.SheetFormat,
): AsyncGenerator<string> {
  return Sheet.write(figureColumns(month), readFigures(merchantId, month, by), format)
}

async function* readFigures(merchantId: string, month: Month, by: FigureDimension): AsyncGenerator<DimensionFigures[]> {
  if (by !== 'token') return yield await findFigures(merchantId, month, by, rowsMax)
  const figures = Figures.from(await findBalances(merchantId, month))
  yield figures.map((row) => ({ ...row, resource: null, payer: null, payerName: null }))
}

/** Documented in docs/exports.md. */
export function figureColumns(month: Month): readonly Sheet.SheetColumn<DimensionFigures>[] {
  return [
    { name: 'month', about: 'The month, UTC.', cell: () => month },
    ...tokenColumns<DimensionFigures>(),
    {
      name: 'resource_id',
      about: 'The id of the resource, if the rows are resources.',
      cell: ({ resource }) => resource?.id ?? null,
    },
    {
      name: 'resource',
      about: 'Its method and path.',
      cell: ({ resource }) => resource && `${resource.method} ${resource.path}`,
    },
    { name: 'payer', about: 'The wallet, if the rows are payers.', cell: (row) => row.payer },
    { name: 'payer_name', about: 'Your name for this wallet.', cell: (row) => row.payerName },
    ...Sheet.amounts<DimensionFigures>(
      'gross',
      'Credits of revenue: sales, and refunds that were cancelled.',
      inToken((row) => row.grossBase),
    ),
    ...Sheet.amounts<DimensionFigures>(
      'refunds',
      'Debits of revenue: refunds, and sales that were taken back.',
      inToken((row) => row.refundsBase),
    ),
    ...Sheet.amounts<DimensionFigures>(
      'net',
      'gross minus refunds.',
      inToken((row) => Figures.netOf(row)),
    ),
    ...Sheet.amounts<DimensionFigures>(
      'received',
      'What arrived at the pay-to addresses, minus what left them.',
      inToken((row) => row.receivedBase),
    ),
  ]
}
