export * as Html from './Html'
