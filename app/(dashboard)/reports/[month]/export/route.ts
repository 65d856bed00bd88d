import { exportList, fileAnswer } from '@/app/_lib/export-list'
import { answer } from '@/app/_lib/answer'
import { currentSession } from '@/app/_lib/session'
import { AppError } from '@/lib/errors'
import { BookSettings, exportBookings, exportJournal, exportSealedMonth, JournalFilter, Month } from '@/lib/reports'

type Params = { params: Promise<{ month: string }> }

/**
 * A month as a file: `format=csv|jsonl` is its journal, with the filters of its page; `datev`, `xero` and `quickbooks` add it up for
 * a bookkeeping program; `sealed` proves a closed month.
 */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { month } = await params
  const format = new URL(request.url).searchParams.get('format')
  const scheme = BookSettings.schemes.find((one) => one === format)
  if (scheme === undefined && format !== 'sealed' && Month.schema.safeParse(month).success)
    return exportList(request, `journal-${month}`, JournalFilter.shape, ({ merchantId }, filter, as) =>
      exportJournal(merchantId, month, filter, as),
    )
  return answer(async () => {
    const scope = await currentSession()
    if (!scope) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
    if (!Month.schema.safeParse(month).success) throw new AppError('not-found', 'There is no such month.')
    if (scheme === undefined)
      return fileAnswer(await exportSealedMonth(scope.merchantId, month), `sluice-sealed-${month}`, 'jsonl')
    const pieces = await exportBookings(scope.merchantId, month, scheme)
    return scheme === 'datev'
      ? fileAnswer(pieces, `EXTF_Sluice_${month}`, 'csv', 'latin1')
      : fileAnswer(pieces, `sluice-${scheme}-${month}`, 'csv')
  })
}
