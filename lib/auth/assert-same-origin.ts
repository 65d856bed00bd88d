import { env } from '../env'
import { AppError } from '@/lib/errors'

/**
 * Refuses a request that another site made the browser send (CSRF). Browsers put Origin on every request that is not
 * GET or HEAD; one without it is refused too.
 * @throws AppError not-allowed
 */
export function assertSameOrigin(headers: Pick<Headers, 'get'>): void {
  const { origin } = new URL(env.PUBLIC_URL)
  if (headers.get('origin') === origin) return
  throw new AppError(
    'not-allowed',
    `This request did not come from this site. Open the dashboard at ${origin} and try again.`,
  )
}
