import { answer } from '@/app/_lib/answer'
import { getCheckpoint } from '@/lib/audit'

/** The newest checkpoint as a signed note. For everybody: it holds a number and a hash, and is worth keeping. */
export const GET = () =>
  answer(async () => {
    const { note } = await getCheckpoint()
    return new Response(note, { headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' } })
  })
