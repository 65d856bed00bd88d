import { answer } from '@/app/_lib/answer'
import { serveBazaarSearch } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

/** The same, found by words. */
export const GET = (request: Request) => answer(() => serveBazaarSearch(request))
