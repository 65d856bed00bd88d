import { answer } from '@/app/_lib/answer'
import { AppError } from '@/lib/errors'
import { serveMcp } from '@/lib/mcp'

export const dynamic = 'force-dynamic'

type Params = { params: Promise<{ merchant?: string[] }> }

/** Resources as MCP tools: those of all merchants at /api/mcp, of one merchant at /api/mcp/{merchant}. */
const serve = (request: Request, { params }: Params) =>
  answer(async () => {
    const { merchant = [] } = await params
    if (merchant.length > 1) throw new AppError('resource-not-found', 'The address is /api/mcp/{merchant}.')
    return serveMcp(request, { merchantSlug: merchant[0] })
  })

export { serve as GET, serve as POST, serve as PUT, serve as PATCH, serve as DELETE }
