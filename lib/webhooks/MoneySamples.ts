import type { OfferedIn } from './Endpoint'

/** `data.event.data` of the events of payments, batches and transactions. Amounts are base units, as text. */

type Data = Record<string, unknown>

const txHash = `0x${'9a'.repeat(32)}`
const blockHash = `0x${'b1'.repeat(32)}`
const refundId = 'c0ffee00-1a2b-4c3d-8e4f-5a6b7c8d9e0f'
const payer = '0x8ba1f109551bd432803012645ac136ddd64dba72'
const intentId = 'pi_3QxY2Z'
const signer = '0x2f5e3684cb1f318ec51b00edba38d79ac2c0aa9d'
const token = '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'

export const paymentData: Record<OfferedIn<'payment'>, Data> = {
  'payment.accepted': {
    wire: 'x402 v2',
    network: 'eip155:8453',
    payer,
    amountBase: '10000',
    method: 'GET',
    host: 'sluice.example',
    path: '/gateway/acme/fortune',
    query: '',
    bodyDigest: 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  },
  'payment.upstream_answered': { upstreamStatus: 200 },
  'payment.settling': {
    upstreamStatus: 200,
    answerKept: true,
    via: 'Reference',
    upstreamId: 'f0a1b2c3-d4e5-4f60-8718-293a4b5c6d7e',
  },
  'payment.captured': { authorizedBase: '10000', chargedBase: '2400' },
  'payment.authorised': { intentId, amountBase: '75' },
  'payment.authorisation_refused': { code: 'insufficient_funds', reason: 'Your card has insufficient funds.' },
  'payment.authorisation_released': { intentId, amountBase: '75' },
  'payment.fee_booked': { amountBase: '33', balanceTransactionId: 'txn_3QxY2Z' },
  'payment.refund_returned': { refundId, reason: 'Stripe could not pay it back: expired_or_canceled_card.' },
  'payment.fraud_warned': { warningId: 'issfr_3QxY2Z', kind: 'made_with_stolen_card', actionable: true },
  'payment.disputed': {
    disputeId: 'du_3QxY2Z',
    status: 'needs_response',
    reason: 'fraudulent',
    amountBase: '75',
    feeBase: '1500',
  },
  'payment.dispute_updated': {
    disputeId: 'du_3QxY2Z',
    status: 'under_review',
    reason: 'fraudulent',
    amountBase: '75',
    feeBase: '1500',
  },
  'payment.dispute_answered': { disputeId: 'du_3QxY2Z' },
  'payment.dispute_accepted': { disputeId: 'du_3QxY2Z' },
  'payment.dispute_closed': {
    disputeId: 'du_3QxY2Z',
    status: 'won',
    reason: 'fraudulent',
    amountBase: '75',
    feeBase: '0',
  },
  'payment.settled': { txHash },
  'payment.reorged': { txHash },
  'payment.settlement_failed': { reason: 'The authorization was used by another transaction.' },
  'payment.delivered': {},
  'payment.voided': { reason: 'The upstream answered 500.' },
  'payment.refund_due': { reason: 'The upstream answered 500.', amountBase: '10000' },
  'payment.refund_requested': {
    refundId,
    amountBase: '4000',
    leftBase: '6000',
    to: payer,
    isPayer: true,
    wallet: null,
    reason: 'The answer was for another city.',
  },
  'payment.refund_cancelled': { refundId, amountBase: '4000' },
  'payment.kept': { reason: 'The second of two calls reverted.' },
  'payment.refund_sent': { refundId, amountBase: '10000', to: payer },
  'payment.refund_failed': { refundId, reason: 'The transaction reverted.' },
  'payment.refunded': { refundId, txHash, amountBase: '10000' },
  'payment.refund_reorged': { txHash },
  'payment.payer_asked': { kind: 'refund', wallet: payer, reason: 'The answer was empty.' },
  'payment.payer_answered': { answer: 'The money is on its way back.' },
  'payment.moved_late': { txHash, amountBase: '10000' },
}

export const batchData: Record<OfferedIn<'batch'>, Data> = {
  'batch.submitted': { form: 'single', network: 'eip155:8453', size: 3, amountBase: '30000' },
  'batch.applied': { settled: 3, size: 3, error: 'One transfer of three reverted.' },
  'batch.failed': { settled: 0, size: 3, error: 'The transaction reverted.' },
}

const inBlock = { hash: txHash, blockNumber: '21500118', blockHash }
const attempt = {
  hash: txHash,
  seq: 1,
  nonce: '42',
  gas: '61000',
  maxFeePerGasWei: '2000000000',
  tipPerGasWei: '1000000',
}

export const transactionData: Record<OfferedIn<'transaction'>, Data> = {
  'transaction.queued': {
    network: 'eip155:8453',
    kind: 'call',
    purpose: 'execution',
    signer,
    to: token,
    valueWei: '0',
    urgency: 'fast',
    submission: 'public',
    maxFeeWei: '500000000000000',
    deadlineMs: 1_795_999_267_123,
    hash: txHash,
    expiresAtMs: 1_795_999_267_123,
    intentId: '91f0c3d2-7b6a-4e58-a1b2-c3d4e5f60718',
    position: 0,
    retryOf: '2a9e8d7c-6b5a-4f43-8e21-0d1c2b3a4f5e',
    nonce: '42',
    fills: 'a slot that nobody owned',
    calls: 2,
  },
  'transaction.simulated': {
    ok: true,
    method: 'eth_simulateV1',
    blockNumber: '21500117',
    blockHash,
    gasUsed: '58211',
    returnData: `0x${'0'.repeat(63)}1`,
    call: {
      selector: '0xa9059cbb',
      by: 'abi',
      name: 'transfer',
      args: [
        { name: 'to', type: 'address', value: payer },
        { name: 'amount', type: 'uint256', value: '1000000' },
      ],
    },
    transfers: [{ asset: token, from: signer, to: payer, amount: '1000000' }],
    changes: [
      { account: signer, asset: token, amount: '-1000000' },
      { account: payer, asset: token, amount: '1000000' },
    ],
    state: [],
    failures: [],
    l1FeeWei: '1200000000',
    predecessors: 0,
    digest: `0x${'5e'.repeat(32)}`,
    reason: 'ERC20: transfer amount exceeds balance',
    revert: { kind: 'error', message: 'ERC20: transfer amount exceeds balance' },
  },
  'transaction.signed': { ...attempt, private: true },
  'transaction.broadcast': { hash: txHash, answer: 'accepted', message: '', endpoint: 'rpc.example' },
  'transaction.replaced': { ...attempt, seq: 2, maxFeePerGasWei: '3000000000', kind: 'cancel', private: true },
  'transaction.cancel_asked': { reason: 'Asked for by a member.' },
  'transaction.speed_up_asked': {},
  'transaction.resumed': { after: 'A transaction costs more than its cap.' },
  'transaction.cancelled': { ...inBlock, reason: 'Asked for by a member.', proof: 'never signed' },
  'transaction.included': {
    ...inBlock,
    ok: true,
    gasUsed: '58211',
    gasPrice: '1900000000',
    l1FeeWei: '1200000000',
    logs: 1,
    drift: { matched: false, differences: ['It used 91200 gas instead of 58211.'] },
    isCancelled: false,
    reason: 'ERC20: transfer amount exceeds balance',
  },
  'transaction.reorged': inBlock,
  'transaction.safe': {
    ...inBlock,
    gasUsed: '58211',
    feeLamports: '5000',
    reason: 'ERC20: transfer amount exceeds balance',
  },
  'transaction.final': inBlock,
  'transaction.reverted': { ...inBlock, reason: 'ERC20: transfer amount exceeds balance' },
  'transaction.held': { reason: 'A transaction costs more than its cap.' },
  'transaction.expired': {
    reason: 'Its deadline passed before it was signed.',
    proof: 'never signed',
    finalBlock: '21500600',
    finalBlockHash: blockHash,
  },
  'transaction.failed': {
    reason: 'The simulation reverted: not allowed',
    proof: 'never signed',
    finalBlock: '21500600',
    finalBlockHash: blockHash,
  },
}
