import { answer } from '@/app/_lib/answer'
import { serveLlms } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

/** The resources on sale, described for a language model. */
export const GET = (request: Request) => answer(() => serveLlms(request))
