import { wrongFields } from '@/lib/errors'
import { checkUrl } from '@/lib/egress'

export async function assertReachable(url: string): Promise<void> {
  const fault = await checkUrl(url)
  if (fault) throw wrongFields([{ field: 'url', message: fault }])
}
