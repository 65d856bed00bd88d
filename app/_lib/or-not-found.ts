import { notFound } from 'next/navigation'
import { AppError } from '@/lib/errors'

/** Awaits data of a page. A not-found error, also for another merchant's data, renders the not-found page. */
export async function orNotFound<Value>(reading: Promise<Value>): Promise<Value> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') notFound()
    throw error
  }
}
