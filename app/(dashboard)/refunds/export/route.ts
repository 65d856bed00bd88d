import { exportList } from '@/app/_lib/export-list'
import { exportRefunds, RefundFilter } from '@/lib/payments'

/** The refunds that the list shows with the same filters. */
export const GET = (request: Request) => exportList(request, 'refunds', RefundFilter.shape, exportRefunds)
