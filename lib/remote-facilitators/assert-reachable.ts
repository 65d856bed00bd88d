import { checkUrl } from '@/lib/egress'
import * as RemoteFacilitatorDraft from './RemoteFacilitatorDraft'

export async function assertReachable(url: string): Promise<void> {
  const fault = await checkUrl(url)
  if (fault) throw RemoteFacilitatorDraft.wrong([{ field: 'url', message: fault }])
}
