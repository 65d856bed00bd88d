import { createHash, timingSafeEqual } from 'node:crypto'
import { answer } from '@/app/_lib/answer'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { isTaskName, runTask } from '@/lib/jobs'

// The background route: what a platform's cron calls, with the bearer token CRON_SECRET.
export const dynamic = 'force-dynamic'

type Params = { params: Promise<{ task: string }> }

const run = (request: Request, { params }: Params): Promise<Response> =>
  answer(async () => {
    if (!isAuthorized(request.headers.get('authorization')))
      throw new AppError('not-allowed', 'The background route needs the bearer token CRON_SECRET.')
    const { task } = await params
    if (!isTaskName(task)) throw new AppError('not-found', 'There is no task with this name.')
    const ran = await runTask(task)
    return Response.json(ran, { status: ran.error === undefined ? 200 : 500, headers: { 'Cache-Control': 'no-store' } })
  })

export { run as GET, run as POST }

// Digests have equal lengths, so that the comparison takes constant time.
function isAuthorized(header: string | null): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${env.CRON_SECRET}`))
}
