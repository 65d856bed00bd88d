import { answer } from '@/app/_lib/answer'
import { limitPublicReads } from '@/lib/auth'
import { serveShop } from '@/lib/gateway'

export const dynamic = 'force-dynamic'

type Params = { params: Promise<{ slug: string }> }

/** The public page of a shop. */
export const GET = (request: Request, { params }: Params) =>
  answer(async () => {
    // Any name can be asked for, and each is looked up.
    limitPublicReads()
    return serveShop(request, (await params).slug)
  })
