import { notFound } from 'next/navigation'
import { AppError } from '@/lib/errors'

/** A page's reading: what does not exist, or belongs to somebody else, becomes the not-found page. */
export async function orNotFound<Value>(reading: Promise<Value>): Promise<Value> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') notFound()
    throw error
  }
}
