import { answer } from '@/app/_lib/answer'
import { serveWellKnown } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

/** The x402 discovery document: where the resources of this server are listed. */
export const GET = (request: Request) => answer(() => serveWellKnown(request))
