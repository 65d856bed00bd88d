import { answer } from '@/app/_lib/answer'
import { serveLlms } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

/** What is sold here, in words for a model. */
export const GET = (request: Request) => answer(() => serveLlms(request))
