import { answer } from '@/app/_lib/answer'
import { currentSession } from '@/app/_lib/session'
import { document } from '@/app/api/v1/openapi.json/document'
import { limitSession } from '@/lib/auth'
import { findInDocs, type DocsHit } from '@/lib/docs'
import { AppError } from '@/lib/errors'
import { findAnything, type SearchHit } from '@/lib/search'

const docsMax = 5

/** The search of ⌘K: ?q=… -> { found }. Rows first, then sections of the documentation. */
export const GET = (request: Request) =>
  answer(async () => {
    const scope = await currentSession()
    if (!scope) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
    limitSession(scope.address)
    const text = new URL(request.url).searchParams.get('q') ?? ''
    const [rows, docs] = await Promise.all([findAnything(scope, text), findInDocs(document(), text, docsMax)])
    return Response.json({ found: [...rows, ...docs.map(toHit)] }, { headers: { 'Cache-Control': 'no-store' } })
  })

function toHit({ href, page, heading, excerpt }: DocsHit): SearchHit {
  return { kind: 'doc', id: href, title: heading ? `${page}: ${heading}` : page, detail: excerpt, href }
}
