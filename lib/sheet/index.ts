export * as Csv from './Csv'
export * as Sheet from './Sheet'
