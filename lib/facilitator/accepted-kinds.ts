import type { Protocol } from '@/lib/payments'

/** Somebody else's server decides what it sells for: everything that can be settled is facilitated. */
export const acceptedMethods: Protocol.AcceptedMethods = { permit2: true, contracts: true, deploys: true }
