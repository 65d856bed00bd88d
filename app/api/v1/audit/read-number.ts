import { AppError } from '@/lib/errors'

/**
 * A whole number of the query; undefined when it is absent.
 * @throws AppError bad-request if it is not a whole number.
 */
export function readNumber(request: Request, name: string): bigint | undefined {
  const text = new URL(request.url).searchParams.get(name)
  if (text === null) return undefined
  if (/^(0|[1-9][0-9]{0,17})$/.test(text)) return BigInt(text)
  throw new AppError('bad-request', `${name} must be a whole number, not "${text.slice(0, 40)}".`)
}
