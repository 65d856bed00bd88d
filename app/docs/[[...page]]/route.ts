import { answer } from '@/app/_lib/answer'
import { document } from '@/app/api/v1/openapi.json/document'
import { serveDocs } from '@/lib/docs'

export const dynamic = 'force-dynamic'

type Params = { params: Promise<{ page?: string[] }> }

/** The documentation: pages without a script, and each as Markdown. */
export const GET = (request: Request, { params }: Params) =>
  answer(async () => serveDocs(request, ((await params).page ?? []).join('/'), document()))
