export { createProtocol, isPresent, type Config } from './protocol'
