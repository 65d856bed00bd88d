import { exportList } from '@/app/_lib/export-list'
import { exportPayments, PaymentFilter } from '@/lib/payments'

/** The payments and sessions of the list, with the same filters. */
export const GET = (request: Request) => exportList(request, 'payments', PaymentFilter.shape, exportPayments)
