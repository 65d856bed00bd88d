import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'

/** Every address that no page has: “not found” inside the dashboard, with its navigation. */
export default async function MissingPage(): Promise<never> {
  await requireSession()
  notFound()
}
