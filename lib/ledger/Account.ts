import { Rail } from '@/lib/money'

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
 * | settle (a rail)         | clearing:{payTo}        | receivable              |
 * | fee (a rail)            | fees:{merchant}         | clearing:{payTo}        |
 * | refund_paid (a rail)    | refund_payable          | clearing:{payTo}        |
 * | refund_returned (a rail)| clearing:{payTo}        | refund_payable          |
 * | dispute_withdrawn       | disputes:{merchant}     | clearing:{payTo}        |
 * | dispute_reinstated      | clearing:{payTo}        | disputes:{merchant}     |
 * | dispute_fee             | fees:{merchant}         | clearing:{payTo}        |
 * | dispute_fee_returned    | clearing:{payTo}        | fees:{merchant}         |
 * | dispute_lost            | revenue                 | disputes:{merchant}     |
 * | dispute_reopened        | disputes:{merchant}     | revenue                 |
 * | payout                  | bank:{merchant}         | clearing:{payTo}        |
 * | payout_returned         | clearing:{payTo}        | bank:{merchant}         |
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

/** What another party holds for a pay-to account: a balance at Stripe, the channels of a Lightning node. */
export const clearing = (payTo: string): Account => `clearing:${payTo}`

/** Where the money of a payment arrives. */
export const arrival = ({ network, payTo }: { network: string; payTo: string }): Account =>
  Rail.kindOf(network) ? clearing(payTo) : cash(payTo)

/** What other parties kept for their service to a merchant. */
export const fees = (merchantId: string): Account => `fees:${merchantId}`

/** What payers’ banks took from a merchant while disputes are open. */
export const disputes = (merchantId: string): Account => `disputes:${merchantId}`

/** What other parties paid out to a bank. `owner`: a merchant, or the account that several merchants share. */
export const bank = (owner: string): Account => `bank:${owner}`

/** Refunds that a merchant owes to agents. */
export const refundPayable = (merchantId: string): Account => `refund_payable:${merchantId}`

/** What left the wallet that pays refunds. `address` canonical. */
export const refundWallet = (address: string): Account => `refund_wallet:${address}`

/** What a merchant paid for refunds from a wallet that no payments arrive at. `address` canonical. */
export const ownWallet = (address: string): Account => `own_wallet:${address}`
