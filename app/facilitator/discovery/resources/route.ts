import { answer } from '@/app/_lib/answer'
import { serveBazaar } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

/** Resources that can be bought by x402: of this server, and of servers that use its facilitator. */
export const GET = (request: Request) => answer(() => serveBazaar(request))
