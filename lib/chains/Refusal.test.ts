import { expect, it } from 'vitest'
import { classify } from './Refusal'

it.each([
  // geth
  [-32000, 'already known', 'known'],
  [-32000, 'nonce too low: next nonce 5, tx nonce 3', 'nonce-too-low'],
  [-32000, 'nonce too high', 'unknown'],
  [-32000, 'replacement transaction underpriced', 'underpriced'],
  [-32000, 'transaction underpriced: gas tip cap 1, minimum needed 25000000000', 'underpriced'],
  [-32000, 'transaction gas price below minimum: gas tip cap 1, minimum needed 25000000000', 'underpriced'],
  [-32000, 'max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7', 'underpriced'],
  [-32000, 'insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1', 'funds'],
  [-32000, 'txpool is full', 'unknown'],
  [-32000, 'future transaction tries to replace pending', 'unknown'],
  [-32000, 'address already reserved', 'unknown'],
  [-32000, 'in-flight transaction limit reached for delegated accounts', 'unknown'],
  [-32000, 'intrinsic gas too low: gas 20000, minimum needed 21000', 'rejected'],
  [-32000, 'exceeds block gas limit', 'rejected'],
  [-32000, 'tx fee (2.10 ether) exceeds the configured cap (1.00 ether)', 'rejected'],
  [-32000, 'max priority fee per gas higher than max fee per gas', 'rejected'],
  [-32000, 'invalid sender', 'rejected'],
  // reth
  [-32000, 'transaction feeCap 5 below chain minimum', 'underpriced'],
  [-32003, 'insufficient funds for gas * price + value: have 0 want 1', 'funds'],
  [-32603, 'discarded on insertion: txpool is full', 'unknown'],
  // nethermind
  [-32010, 'AlreadyKnown', 'known'],
  [-32010, 'OldNonce, Current nonce: 5, nonce of rejected tx: 3', 'nonce-too-low'],
  [-32010, 'NonceGap, Future nonce. Expected nonce: 4', 'unknown'],
  [-32010, 'NonceTooFarInFuture', 'unknown'],
  [-32010, 'FeeTooLow, MaxFeePerGas too low.', 'underpriced'],
  [-32010, 'FeeTooLowToCompete', 'underpriced'],
  [-32010, 'ReplacementNotAllowed', 'underpriced'],
  [-32010, 'InsufficientFunds, Account balance: 0, cumulative cost: 1', 'funds'],
  [-32010, 'GasLimitExceeded, Gas limit: 30000000', 'rejected'],
  // erigon, bor
  [-32000, 'existing tx with same hash', 'known'],
  [-32000, 'ALREADY_EXISTS: already known', 'known'],
  [-32000, 'INTERNAL_ERROR: could not replace existing tx', 'underpriced'],
  [-32000, 'INTERNAL_ERROR: queued sub-pool is full', 'unknown'],
  [-32000, 'INTERNAL_ERROR: nonce too low', 'nonce-too-low'],
  [-32000, 'fee too low', 'underpriced'],
  // besu
  [-32000, 'Known transaction', 'known'],
  [-32000, 'Unknown transaction type', 'rejected'],
  [-32001, 'Nonce too low', 'nonce-too-low'],
  [-32004, 'Upfront cost exceeds account balance', 'funds'],
  [-32009, 'Gas price below configured minimum gas price', 'underpriced'],
  [-32000, 'gasPrice is less than the current BaseFee', 'underpriced'],
  [-32000, 'Transaction nonce is too distant from current sender nonce', 'unknown'],
  [-32000, 'Lower nonce invalid transaction exists', 'unknown'],
  [-32003, 'Intrinsic gas exceeds gas limit', 'rejected'],
  // anvil
  [-32003, 'transaction already imported', 'known'],
  [-32003, 'nonce too low', 'nonce-too-low'],
  [-32003, 'max fee per gas less than block base fee', 'underpriced'],
  [-32003, 'Insufficient funds for gas * price + value', 'funds'],
  [-32603, 'Transaction confirmation timeout', 'unknown'],
  // What a contract says is no word of the pool's.
  [3, 'execution reverted: nonce too low', 'rejected'],
  [3, 'execution reverted: ERC20: transfer amount exceeds balance', 'rejected'],
  [-32603, 'internal error', 'unknown'],
])('classifies %i %s as %s', (code, words, verdict) => expect(classify(code, words)).toBe(verdict))
