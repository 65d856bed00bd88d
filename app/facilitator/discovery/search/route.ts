import { answer } from '@/app/_lib/answer'
import { serveBazaarSearch } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

/** Searches the resources of discovery by words. */
export const GET = (request: Request) => answer(() => serveBazaarSearch(request))
