import { answer } from '@/app/_lib/answer'
import { currentSession } from '@/app/_lib/session'
import { limitSession } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import { findAnything } from '@/lib/search'

/** The search of ⌘K: ?q=… -> { found }. */
export const GET = (request: Request) =>
  answer(async () => {
    const scope = await currentSession()
    if (!scope) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
    limitSession(scope.address)
    const text = new URL(request.url).searchParams.get('q') ?? ''
    return Response.json({ found: await findAnything(scope, text) }, { headers: { 'Cache-Control': 'no-store' } })
  })
