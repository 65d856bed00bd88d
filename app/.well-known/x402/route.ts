import { answer } from '@/app/_lib/answer'
import { serveWellKnown } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

/** Where what is sold here is, for directories of x402. */
export const GET = (request: Request) => answer(() => serveWellKnown(request))
