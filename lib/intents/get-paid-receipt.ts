import type { Export } from '@/lib/proof'
import { findExecution } from './find-execution'
import * as ReceiptToken from './ReceiptToken'
import { buildReceipt } from './build-receipt'

/** The receipt for an agent that paid, by its token. It discloses nothing about the merchant's members. */
export async function getPaidReceipt(token: string, id: string): Promise<Export.ExecutionReceipt | undefined> {
  const view = await findExecution({ operator: true, merchantId: '' }, id)
  if (!view?.intent || !ReceiptToken.isFor(view.intent.id, token)) return undefined
  const receipt = await buildReceipt(view)
  return { ...receipt, events: receipt.events.map((leaf) => ({ ...leaf, disclosed: undefined })) }
}
