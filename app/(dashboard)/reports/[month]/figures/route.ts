import { z } from 'zod'
import { exportList } from '@/app/_lib/export-list'
import { AppError } from '@/lib/errors'
import { dimensions, exportFigures, Month } from '@/lib/reports'

/** The figures of a month as a file, by token, resource or payer. */
export async function GET(request: Request, { params }: { params: Promise<{ month: string }> }): Promise<Response> {
  const { month } = await params
  return exportList(
    request,
    `figures-${month}`,
    { by: z.enum(dimensions) },
    ({ merchantId }, { by = 'token' }, format) => {
      if (!Month.schema.safeParse(month).success) throw new AppError('not-found', 'There is no such month.')
      return exportFigures(merchantId, month, by, format)
    },
  )
}
