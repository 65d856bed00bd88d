import type { Reader } from '../ctx'
import { prisma } from '@/lib/db'

/** Resources to choose from, by path: at most 500. */
export async function listResourceNames(reader: Reader): Promise<{ id: string; label: string }[]> {
  const rows = await prisma().resource.findMany({
    where: reader.operator ? {} : { merchantId: reader.merchantId },
    select: { id: true, method: true, path: true },
    orderBy: [{ path: 'asc' }, { method: 'asc' }],
    take: 500,
  })
  return rows.map(({ id, method, path }) => ({ id, label: `${method} ${path}` }))
}
