import { env, type Env } from '@/lib/env'
import type { LightningNode } from './LightningNode'
import { lndNode } from './lnd-rest'
import { phoenixdNode } from './phoenixd'

let known: { setting: Env['LIGHTNING_NODE']; node: LightningNode } | undefined

/** The node of the settings (LIGHTNING_NODE); undefined if there is none. One for the process: its connections are shared. */
export function configuredNode(setting: Env['LIGHTNING_NODE'] = env.LIGHTNING_NODE): LightningNode | undefined {
  if (setting === undefined) return undefined
  if (known?.setting === setting) return known.node
  const node = setting.kind === 'lnd' ? lndNode(setting) : phoenixdNode(setting)
  known = { setting, node }
  return node
}
