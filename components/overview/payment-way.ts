/** The ways to make a test payment in the demo: protocol and kind of chain. */
export const paymentWays = [
  { way: 'x402', label: 'x402' },
  { way: 'mpp-evm', label: 'MPP evm' },
  { way: 'mpp-tempo', label: 'MPP tempo' },
] as const

export type PaymentWay = (typeof paymentWays)[number]['way']
