import { exportList } from '@/app/_lib/export-list'
import { exportTransactions, TransactionFilter } from '@/lib/execution'

/** The transactions of the list, with the same filters. */
export const GET = (request: Request) =>
  exportList(request, 'transactions', TransactionFilter.shape, exportTransactions)
