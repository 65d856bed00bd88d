import { notFound } from 'next/navigation'
import { requireAgent } from '@/app/_lib/session'

/** Every address below /me that no page has. */
export default async function MissingPage(): Promise<never> {
  await requireAgent()
  notFound()
}
