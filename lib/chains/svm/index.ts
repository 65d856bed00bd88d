export * as Ata from './Ata'
export { checkSvmPayment } from './check-payment'
export * as Message from './Message'
export * as SvmPayment from './SvmPayment'
export { describeFailure, isShortOfFunds } from './failure'
export {
  isUnknown,
  readBlockhash,
  readFinal,
  readFinalBalance,
  readFinalHead,
  readFinalSignatures,
  readLamports,
  readSignatures,
  readStatuses,
  readTop,
  simulate,
  type SvmEffects,
  type SignatureStatus,
} from './reads'
export { readEffects } from './read-effects'
export { readBlockHeight } from './read-block-height'
export { readUnitPrice } from './read-unit-price'
export { isExpired } from './is-expired'
export { tokenProgram, validBlocks } from './programs'
export { sendSvm } from './send'
export { svmSignerFor, svmSignersFor, type SvmSigner } from './signers'
export { isSignedBy, toBase58 } from './Ed25519'
