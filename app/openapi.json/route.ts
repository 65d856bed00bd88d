import { answer } from '@/app/_lib/answer'
import { serveOpenApi } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

/** What is sold here, for software. */
export const GET = (request: Request) => answer(() => serveOpenApi(request))
