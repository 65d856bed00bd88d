import type { Ctx } from '../../ctx'
import { isAnchorDue } from '@/lib/audit'
import { anchorCheckpoint } from './anchor-checkpoint'

/** Anchors once a day when there is something new. @returns how many checkpoints were anchored. */
export async function anchorDue(ctx: Ctx): Promise<number> {
  if (!(await isAnchorDue())) return 0
  await anchorCheckpoint(ctx)
  return 1
}
