export type { Resource } from './Resource'
