import { exportList } from '@/app/_lib/export-list'
import { exportRefunds } from '@/lib/payments'

/** All refunds, paid or not. */
export const GET = (request: Request) => exportList(request, 'refunds', {}, exportRefunds)
