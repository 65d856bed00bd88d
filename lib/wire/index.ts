export { decodeJson } from './json'
export * as shapes from './shapes'
export * as TransferAuthorization from './TransferAuthorization'
