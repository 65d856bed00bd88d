/**
 * The books, per network and asset. A debit makes a `receivable`, `cash` or `refunds` account grow, a
 * credit makes `revenue` and `refund_payable` grow.
 *
 * | what happens            | debit                   | credit                  |
 * | ----------------------- | ----------------------- | ----------------------- |
 * | authorize (pending)     | receivable              | revenue                 |
 * | earn (post of pending)  | receivable              | revenue                 |
 * | settle                  | cash:{payTo}            | receivable              |
 * | refund_owed             | receivable              | refund_payable          |
 * | refund_owed (earned)    | revenue                 | refund_payable          |
 * | refund_paid             | refund_payable          | refund_wallet:{address} |
 * | refund_paid (own)       | refund_payable          | cash:{wallet}, own_wallet:{wallet} |
 * | refund_cancelled        | refund_payable          | revenue                 |
 * | earn (by vouchers)      | receivable              | revenue                 |
 * | settle (a channel)      | cash:{payTo}            | receivable              |
 * | reorged                 | receivable              | cash:{payTo}            |
 * | reorged (a refund)      | refund_wallet:{address} | refund_payable          |
 * | given_back (a channel)  | revenue                 | receivable              |
 *
 * Earned and settled are independent: a receivable below zero is money that came before its answer.
 *
 * A refund of what was earned reduces revenue when it is requested or becomes due, so revenue is what the merchant keeps. A
 * merchant that refunds from an address that payments arrive at takes it from that address's cash, which is compared with the
 * chain; from any other wallet it brings its own money.
 */
export type Account = string

/** What a merchant's agents owe for answers, minus what arrived on chain. */
export const receivable = (merchantId: string): Account => `receivable:${merchantId}`

/** What a merchant earned. */
export const revenue = (merchantId: string): Account => `revenue:${merchantId}`

/** What arrived at a pay-to address. `payTo` canonical. */
export const cash = (payTo: string): Account => `cash:${payTo}`

/** Refunds that a merchant owes to agents. */
export const refundPayable = (merchantId: string): Account => `refund_payable:${merchantId}`

/** What left the wallet that pays refunds. `address` canonical. */
export const refundWallet = (address: string): Account => `refund_wallet:${address}`

/** What a merchant paid for refunds from a wallet that no payments arrive at. `address` canonical. */
export const ownWallet = (address: string): Account => `own_wallet:${address}`
