import { answer } from '@/app/_lib/answer'
import { publicKey } from '@/lib/audit'

/** The public key that checkpoints are signed with: name+id+base64, as the signed-note format writes it. */
export const GET = () =>
  answer(async () => {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }
    return new Response(`${publicKey()}\n`, { headers })
  })
