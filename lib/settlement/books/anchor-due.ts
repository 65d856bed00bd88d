import type { Ctx } from '../../ctx'
import { isAnchorDue } from '@/lib/audit'
import { anchorCheckpoint } from './anchor-checkpoint'

/** Anchors once a day if there is a new checkpoint. @returns the number of checkpoints anchored. */
export async function anchorDue(ctx: Ctx): Promise<number> {
  if (!(await isAnchorDue())) return 0
  await anchorCheckpoint(ctx)
  return 1
}
