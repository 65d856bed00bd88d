import { exportList } from '@/app/_lib/export-list'
import { DisputeFilter, exportDisputes } from '@/lib/rails'

/** The disputes that the list shows with the same filters. */
export const GET = (request: Request) => exportList(request, 'disputes', DisputeFilter.shape, exportDisputes)
