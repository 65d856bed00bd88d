import { readOverview } from '@/app/(dashboard)/read-overview'
import { answer } from '@/app/_lib/answer'
import { currentSession } from '@/app/_lib/session'
import { limitSession } from '@/lib/auth'
import { AppError } from '@/lib/errors'
import { DateRange } from '@/lib/payments'

export const GET = (request: Request) =>
  answer(async () => {
    const scope = await currentSession()
    if (!scope) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
    limitSession(scope.address)
    const range = DateRange.parse(new URL(request.url).searchParams.get('range'))
    return Response.json(await readOverview(scope, range), { headers: { 'Cache-Control': 'no-store' } })
  })
