import { checkHealth } from '@/lib/health'

export const dynamic = 'force-dynamic'

/** 200 while this process can sell: the database and every network answer. Otherwise 503 with what does not answer. */
export async function GET(): Promise<Response> {
  const health = await checkHealth()
  return Response.json(health, { status: health.ok ? 200 : 503, headers: { 'Cache-Control': 'no-store' } })
}
