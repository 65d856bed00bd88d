import type { Reader } from '../ctx'
import { loadPage, Page } from '@/lib/paging'
import type { DisputeFilter } from './DisputeFilter'
import type { DisputeRow } from './DisputeView'
import { disputeSource, toDisputeRow, type DisputeRecord } from './dispute-rows'

/** One page of disputes, newest first. Reads only. */
export async function listDisputes(
  reader: Reader,
  filter: DisputeFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<DisputeRow>> {
  return Page.map(await loadPage<DisputeRecord>(ask, disputeSource(reader, filter)), toDisputeRow)
}
