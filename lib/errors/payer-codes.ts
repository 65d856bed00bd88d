import type { ErrorRow } from './ErrorRow'

/** Why a wallet is not sold to. */
export const payerCodes = {
  'payer-denied': {
    status: 403,
    owner: 'client',
    retryable: false,
    title: 'This merchant does not sell to this wallet',
    help: 'The detail says which of three reasons applies. The merchant denies this wallet. Or the merchant sells this resource only to wallets on its list. Or the settlement of a payment of this wallet failed within the last day after the work was done, and this resource is charged only after the work. Signing again does not help: ask the merchant, or pay from another wallet. Earlier purchases stay available, and channels can still be closed. Nothing was charged.',
  },
  'budget-exceeded': {
    status: 403,
    owner: 'client',
    retryable: false,
    title: 'This is above the budget of the wallet',
    help: 'The owner of this wallet set a budget for what it buys here: a most for one call, or for a UTC day, for everything or for this resource. The member cap says which of them, limit how much it allows, left what remains, and manage is the page on which the owner changes it. A budget of a day starts anew at midnight UTC; purchases that failed are given back to it. Signing again does not help. Nothing was charged.',
  },
} satisfies Record<string, ErrorRow>
