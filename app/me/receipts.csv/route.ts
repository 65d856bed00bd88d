import { answer } from '@/app/_lib/answer'
import { currentAgent } from '@/app/_lib/session'
import { textStream } from '@/app/_lib/text-stream'
import { AppError } from '@/lib/errors'
import { Stream } from '@/lib/http'
import { exportReceipts } from '@/lib/payers'

/** All receipts of the signed-in wallet and of those linked to it, or of the named one, streamed while they are read. */
export const GET = (request: Request) =>
  answer(async () => {
    const agent = await currentAgent()
    if (!agent) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
    const wallet = new URL(request.url).searchParams.get('wallet') ?? ''
    if (wallet !== '' && !agent.wallets.includes(wallet))
      throw new AppError('not-found', 'This wallet is not one of yours. Link it on My spending first.')
    const day = new Date().toISOString().slice(0, 10)
    return new Response(textStream(exportReceipts(wallet === '' ? agent.wallets : [wallet])), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="sluice-receipts-${(wallet || agent.wallet).slice(0, 10)}-${day}.csv"`,
        ...Stream.headers,
        'X-Content-Type-Options': 'nosniff',
      },
    })
  })
