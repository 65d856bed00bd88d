import { answer } from '@/app/_lib/answer'
import { document } from './document'

export const dynamic = 'force-dynamic'

/** The API below /api/v1, for software. Needs no key. */
export const GET = () =>
  answer(() => Promise.resolve(Response.json(document(), { headers: { 'Cache-Control': 'public, max-age=300' } })))
