export * as Ata from './Ata'
export { checkSvmPayment } from './check-payment'
export * as Message from './Message'
export * as Payment from './Payment'
export { describeFailure } from './failure'
export {
  isExpired,
  readBlockHeight,
  readBlockhash,
  readEffects,
  readFinalBalance,
  readLamports,
  readStatuses,
  simulate,
  type Effects,
  type Status,
} from './reads'
export { sendSvm } from './send'
export { svmSignerFor, svmSignersFor, type SvmSigner } from './signers'
export { toBase58 } from './Ed25519'
