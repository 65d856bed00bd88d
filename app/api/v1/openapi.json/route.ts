import { paths, schemas } from './reads'
import { answer } from '@/app/_lib/answer'
import { openApi } from '@/lib/intents'

export const dynamic = 'force-dynamic'

/** The API below /api/v1, for software. Needs no key. */
export const GET = () =>
  answer(() =>
    Promise.resolve(
      Response.json(openApi({ paths, schemas }), { headers: { 'Cache-Control': 'public, max-age=300' } }),
    ),
  )
