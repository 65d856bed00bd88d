export * as Quote from './Quote'
