export * as LightningCharge from './Charge'
export {
  claimOf,
  parseLightning,
  verifyLightning,
  type LightningCheck,
  type LightningCredential,
  type LightningProof,
} from './verify'
