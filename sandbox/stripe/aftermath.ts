import { openDispute } from './disputes'
import { magicOf } from './magic'
import type { Charge } from './objects'
import { warn } from './warnings'
import type { World } from './world'

/** What a test payment method brings on its seller once it has paid. */
export function aftermath(world: World, account: string, charge: Charge): void {
  const { dispute, warning } = magicOf(charge._magic) ?? {}
  if (warning) warn(world, account, charge)
  if (dispute) openDispute(world, account, charge, dispute)
}
