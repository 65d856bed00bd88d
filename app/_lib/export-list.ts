import type { MemberScope } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import { Stream } from '@/lib/http'
import { Filter } from '@/lib/paging'
import { Sheet } from '@/lib/sheet'
import { answer } from './answer'
import { currentSession } from './session'
import { textStream } from './text-stream'

/** What the page's address holds beside filters: an export has every row, in its own order. */
export const pageParts = ['size', 'after', 'before', 'page', 'sort', 'order', 'columns', 'rows', 'peek']

/**
 * Answers `GET /{list}/export?format=csv|jsonl&…` with all rows that the list shows with the same filters, as a file that is
 * written while the client reads. An unknown filter is refused: an export never leaves a filter out.
 */
export function exportList<Shape extends Filter.FilterShape>(
  request: Request,
  name: string,
  shape: Shape,
  read: (
    scope: MemberScope.MemberScope,
    values: Filter.FilterValues<Shape>,
    format: Sheet.SheetFormat,
  ) => AsyncGenerator<string>,
): Promise<Response> {
  return answer(async () => {
    const scope = await currentSession()
    if (!scope) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
    const { format: asked = 'csv', ...params } = Object.fromEntries(new URL(request.url).searchParams)
    const format = Sheet.formats.find((one) => one === asked)
    if (!format) throw new AppError('bad-request', `Write format=${Sheet.formats.join(' or format=')}.`)
    for (const one of pageParts) delete params[one]
    const { values, ignored } = Filter.read(shape, params)
    if (ignored.length > 0)
      throw new AppError('bad-request', `Not understood: ${ignored.join(', ')}. An export never leaves a filter out.`)
    return fileAnswer(read(scope, values, format), `sluice-${name}-${new Date().toISOString().slice(0, 10)}`, format)
  })
}

/** A file that the browser saves, streamed while it is made; latin1 for programs that read no UTF-8. */
export function fileAnswer(
  pieces: AsyncGenerator<string>,
  name: string,
  format: Sheet.SheetFormat,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Response {
  const type = Sheet.mediaTypes[format]
  return new Response(textStream(pieces, encoding), {
    headers: {
      'Content-Type': encoding === 'latin1' ? type.replace('utf-8', 'windows-1252') : type,
      'Content-Disposition': `attachment; filename="${name}.${format}"`,
      ...Stream.headers,
      'X-Content-Type-Options': 'nosniff',
    },
  })
}
