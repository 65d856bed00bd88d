import { exportList } from '@/app/_lib/export-list'
import { exportPayers, PayerFilter } from '@/lib/payers'

/** The payers of the list, with the same filters. */
export const GET = (request: Request) =>
  exportList(request, 'payers', PayerFilter.shape, ({ merchantId }, filter, format) =>
    exportPayers(merchantId, filter, format),
  )
