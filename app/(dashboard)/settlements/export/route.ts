import { exportList } from '@/app/_lib/export-list'
import { BatchFilter, exportBatches } from '@/lib/settlement'

/** The settlement batches of the list, with the same filters. */
export const GET = (request: Request) => exportList(request, 'settlements', BatchFilter.shape, exportBatches)
