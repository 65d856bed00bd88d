import { answer } from '@/app/_lib/answer'
import { document } from '@/app/api/v1/openapi.json/document'
import { serveLlmsFull } from '@/lib/docs'

export const dynamic = 'force-dynamic'

/** The whole documentation as one text. */
export const GET = (request: Request) => answer(() => serveLlmsFull(request, document()))
