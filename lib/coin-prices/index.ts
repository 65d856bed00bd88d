export * as CoinPrice from './CoinPrice'
export { findPrices } from './find-prices'
export { samplePrices } from './sample-prices'
export { valueGas, type PaidGas } from './value-gas'
