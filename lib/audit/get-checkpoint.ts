import { AppError } from '@/lib/errors'
import { findCheckpoint, type ServedCheckpoint } from './find-checkpoint'

/** The newest checkpoint. @throws AppError unavailable before the first is signed. */
export async function getCheckpoint(): Promise<ServedCheckpoint> {
  const checkpoint = await findCheckpoint()
  if (checkpoint) return checkpoint
  throw new AppError('unavailable', 'The log has no checkpoint yet. It gets its first one within seconds.')
}
