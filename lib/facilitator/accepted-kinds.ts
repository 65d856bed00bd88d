import type { Protocol } from '@/lib/payments'

/** The calling server decides what it accepts, so everything that can be settled is facilitated. */
export const acceptedMethods: Protocol.AcceptedMethods = { permit2: true, contracts: true, deploys: true }
