export * as LightningCharge from './Charge'
export {
  parseLightning,
  verifyLightning,
  type LightningCheck,
  type LightningCredential,
  type LightningProof,
} from './verify'
