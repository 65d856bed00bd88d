/** How a test payment of the demo is made: by which protocol, on which kind of chain. */
export const paymentWays = [
  { way: 'x402', label: 'x402' },
  { way: 'mpp-evm', label: 'MPP evm' },
  { way: 'mpp-tempo', label: 'MPP tempo' },
] as const

export type PaymentWay = (typeof paymentWays)[number]['way']
