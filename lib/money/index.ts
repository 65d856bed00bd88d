export * as Amount from './Amount'
export type { Asset, EvmAsset } from './Asset'
export * as Caip from './Caip'
export type { Caip2 } from './Caip'
