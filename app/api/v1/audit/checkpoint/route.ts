import { answer } from '@/app/_lib/answer'
import { getCheckpoint } from '@/lib/audit'

/** The newest checkpoint as a signed note. Public: it holds only a size and a hash, and clients should keep it. */
export const GET = () =>
  answer(async () => {
    const { note } = await getCheckpoint()
    return new Response(note, { headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' } })
  })
