import { checkHost } from '@/lib/egress'
import { AppError } from '@/lib/errors'
import type { ResourceDraft } from './ResourceDraft'

/** @throws AppError bad-input if the upstream is a private address that this installation does not call. */
export async function assertUpstream({ upstreamUrl }: ResourceDraft): Promise<void> {
  const message = upstreamUrl === '' ? undefined : await checkHost(upstreamUrl)
  if (message)
    throw new AppError('bad-input', `upstreamUrl: ${message}.`, { fields: [{ field: 'upstreamUrl', message }] })
}
