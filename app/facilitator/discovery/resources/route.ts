import { answer } from '@/app/_lib/answer'
import { serveBazaar } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

/** What can be bought by x402: here, and from servers that use this facilitator. */
export const GET = (request: Request) => answer(() => serveBazaar(request))
