export * as Payment from './Payment'
export type * as Protocol from './Protocol'
