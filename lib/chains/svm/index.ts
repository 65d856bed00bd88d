export * as Ata from './Ata'
export { checkSvmPayment } from './check-payment'
export * as Message from './Message'
export * as SvmPayment from './SvmPayment'
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
  type SvmEffects,
  type SignatureStatus,
} from './reads'
export { tokenProgram, validBlocks } from './programs'
export { sendSvm } from './send'
export { svmSignerFor, svmSignersFor, type SvmSigner } from './signers'
export { isSignedBy, toBase58 } from './Ed25519'
