import { answer } from '@/app/answer'
import { openApi } from '@/lib/intents'

export const dynamic = 'force-dynamic'

/** The API below /api/v1/transactions, for software. Needs no key. */
export const GET = () =>
  answer(() => Promise.resolve(Response.json(openApi(), { headers: { 'Cache-Control': 'public, max-age=300' } })))
