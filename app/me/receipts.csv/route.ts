import { answer } from '@/app/_lib/answer'
import { currentAgent } from '@/app/_lib/session'
import { textStream } from '@/app/_lib/text-stream'
import { AppError } from '@/lib/errors'
import { Stream } from '@/lib/http'
import { exportReceipts } from '@/lib/payers'

/** All receipts of the signed-in wallet, streamed while they are read. */
export const GET = () =>
  answer(async () => {
    const agent = await currentAgent()
    if (!agent) throw new AppError('not-signed-in', 'Your session has ended. Sign in again.')
    const day = new Date().toISOString().slice(0, 10)
    return new Response(textStream(exportReceipts(agent.wallet)), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="sluice-receipts-${agent.wallet.slice(0, 10)}-${day}.csv"`,
        ...Stream.headers,
        'X-Content-Type-Options': 'nosniff',
      },
    })
  })
