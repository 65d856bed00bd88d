import { AppError } from '@/lib/errors'
import { readText } from '../read-text'

/**
 * The JSON of a request's body.
 * @throws AppError content-too-large, bad-request if it is not JSON.
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('bad-request', 'The body is not JSON. Send an object, with Content-Type: application/json.')
  }
}
