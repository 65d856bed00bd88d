export { decodeJson, parseJson } from './json'
export { refused, type Reason } from './reason'
export * as shapes from './shapes'
export * as TransferAuthorization from './TransferAuthorization'
