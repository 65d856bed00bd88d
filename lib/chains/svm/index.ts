export * as Ata from './Ata'
export { checkSvmPayment } from './check-payment'
export * as Message from './Message'
export * as Payment from './Payment'
export { describeFailure, isShortOfFunds } from './failure'
export {
  isExpired,
  isUnknown,
  readBlockHeight,
  readBlockhash,
  readEffects,
  readFinal,
  readFinalBalance,
  readFinalHead,
  readFinalSignatures,
  readLamports,
  readSignatures,
  readStatuses,
  readTop,
  readUnitPrice,
  simulate,
  type Effects,
  type Status,
} from './reads'
export { tokenProgram, validBlocks } from './programs'
export { sendSvm } from './send'
export { svmSignerFor, svmSignersFor, type SvmSigner } from './signers'
export { isSignedBy, toBase58 } from './Ed25519'
