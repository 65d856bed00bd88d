import { codes, type ErrorCode } from './codes'

/** The steps that a program takes after this error, for the error's documentation page: sentences, in order. */
export function advice(code: ErrorCode): readonly string[] {
  const { status, owner, retryable }: { status: number; owner: string; retryable: boolean } = codes[code]
  const own = special[code]
  if (own) return own
  if (status === 402) return payAgain
  if (retryable)
    return [
      'Wait for Retry-After, or one second if it is absent. Double the wait after each try.',
      'Send the same request with the same credential again. A credential is charged at most once.',
      'Stop after five tries and report the error to a person.',
    ]
  if (owner === 'merchant' || owner === 'platform')
    return ['Do not repeat the request: the answer stays the same.', 'Report it to a person, or use another seller.']
  return [
    'Do not repeat the unchanged request: the answer stays the same.',
    'Correct the part that the detail names, then send the request again.',
  ]
}

const payAgain = [
  'Discard the credential: it is not accepted again for this request.',
  'Take one of the challenges of this answer and check that its amount and recipient are what you expect.',
  'Sign it and send the same request with the new credential, once.',
]

const sameCredential = [
  'Keep the credential, and do not sign another one.',
  'Wait for Retry-After.',
  'Send exactly the same request with the same credential. You get the stored answer or a refusal, and are not charged twice.',
]

const anotherChannel = [
  'Sign no more vouchers for this channel: it can no longer pay here.',
  'Take one of the session challenges of a 402 and open another channel with it.',
  'The rest of a closed channel’s deposit went back to the payer on chain.',
]

const sameChannel = [
  'Keep the channel: it stays valid, and nothing was charged.',
  'Correct the part that the detail names, and sign the voucher again.',
  'Send the same request with the new voucher and the fresh challenge of this answer.',
]

const lookAgain = [
  'Read the transaction: its status says what has happened since.',
  'If it is in a block, wait until that block is final. After that it cannot change.',
]

const special: Partial<Record<ErrorCode, readonly string[]>> = {
  'payment-required': [
    'Read the offers: PAYMENT-REQUIRED for x402, WWW-Authenticate: Payment for MPP. All are for the same quote; pay one.',
    'Check amount, token, network and recipient against your own limits.',
    'Sign, and send the same method, path, query and body again with the credential, before the challenge expires.',
  ],
  'payment-insufficient': [
    'Do not sign again yet: the wallet cannot cover the payment.',
    'Fund the wallet, wait until its other payments are settled, or choose an offer on another network.',
    'Then take a fresh challenge.',
  ],
  'settlement-pending': sameCredential,
  'payment-in-progress': sameCredential,
  'session-invalid-signature': sameChannel,
  'session-signer-mismatch': sameChannel,
  'session-delta-too-small': sameChannel,
  'session-channel-not-found': anotherChannel,
  'session-channel-finalized': anotherChannel,
  'session-amount-exceeds-deposit': [
    'Keep the channel: nothing was charged.',
    'Send a topUp credential to the same URL, by HEAD or POST, for at least the missing amount.',
    'Then send the voucher again, with the fresh challenge of this answer.',
  ],
  'session-insufficient-balance': [
    'Keep the channel: nothing was charged.',
    'Sign a voucher for requiredCumulative or more. If that is above the deposit, top up the channel first.',
    'Send the same request with the voucher and the fresh challenge of this answer.',
  ],
  'channel-pending': sameCredential,
  'policy-refused': [
    'Do not repeat the request: the policy gives the same result.',
    'Read the member rules: each rule that is not ok says what it allows.',
    'Request something that all rules allow, or ask an owner to edit the policy in the dashboard.',
  ],
  'cap-exceeded': [
    'Read the member rules: it says which cap is reached, and how much of it is used.',
    'If the cap on fees is reached, set a lower maxFee: it is reserved in full until the transaction ends.',
    'Send the same request again, with the same idempotency key, when other transactions have ended or after midnight UTC.',
  ],
  'budget-exceeded': [
    'Do not sign again: every payment above the budget is refused before it is claimed.',
    'Read limit and left. Buy something cheaper, or wait for midnight UTC if cap is "day".',
    'Ask the owner of the wallet, who changes the budget on the page that manage names.',
  ],
  'simulation-reverted': [
    'Do not repeat the unchanged request, unless you expect the state of the chain to change.',
    'Read the reason: it comes from the contract, decoded with your ABI if you sent one.',
    'Correct the call, and send it with a new idempotency key.',
  ],
  'idempotency-conflict': [
    'Read the member original: it names the transaction of this key, which is not affected.',
    'If that transaction is what you want, follow it and send nothing.',
    'For any other transaction, choose a new key.',
  ],
  'not-cancellable': lookAgain,
  'not-possible': lookAgain,
  'answer-gone': [
    'Do not send this credential again; its purchase is complete.',
    'Use the answer that you received before. If it is lost, buy again with a fresh challenge.',
  ],
  'payment-refunded': [
    'The amount goes back to the paying wallet. You do not have to do anything.',
    'To buy again, take the fresh challenge of this answer.',
  ],
  'upstream-failed': [
    'Read the detail: it says whether you were not charged or get a refund.',
    'To try again, begin without the old credential and take a fresh challenge.',
    'Wait longer after each try: the seller’s API is failing, not this gateway.',
  ],
  'upstream-busy': [
    'Read the detail: it says whether you were not charged or get a refund.',
    'Wait for Retry-After.',
    'Then begin without the old credential, and take a fresh challenge.',
  ],
  'upstream-timeout': [
    'Read the detail: it says whether you were not charged or get a refund.',
    'To try again, begin without the old credential and take a fresh challenge.',
    'Request less work at once, if the API allows it.',
  ],
}
