import { codes, type ErrorCode } from './codes'

/** The steps that a program should take after an error, for its documentation page. */
export function advice(code: ErrorCode): readonly string[] {
  const { status, owner, retryable }: { status: number; owner: string; retryable: boolean } = codes[code]
  const own = special[code]
  if (own) return own
  if (status === 402) return payAgain
  if (retryable)
    return [
      'Wait as long as Retry-After says, or one second when it is absent; double the wait each time.',
      'Send the same request with the same credential again: what was claimed once is never charged twice.',
      'Give up after five tries and tell a person.',
    ]
  if (owner === 'merchant' || owner === 'platform')
    return ['Do not repeat the request: it will be answered the same way.', 'Tell a person, or use another seller.']
  return [
    'Do not repeat the request as it is: it will be answered the same way.',
    'Correct what the detail names, then send it again.',
  ]
}

const payAgain = [
  'Throw the credential away: it will not be accepted again for this request.',
  'Take one of the challenges of this answer and check that its amount and recipient are what you expect.',
  'Sign it and send the same request with the new credential, once.',
]

const sameCredential = [
  'Keep the credential, and do not sign another one.',
  'Wait as long as Retry-After says.',
  'Send exactly the same request with the same credential. You get the stored answer, or a refusal; you are not charged twice.',
]

const anotherChannel = [
  'Sign no more vouchers for this channel: it pays for nothing here.',
  'Take one of the session challenges of a 402 and open another channel with it.',
  'What a closed channel still held went back to the payer on chain.',
]

const sameChannel = [
  'Keep the channel: it is as good as before, and nothing was charged.',
  'Correct what the detail names, and sign the voucher again.',
  'Send the same request with it and the fresh challenge of this answer.',
]

const lookAgain = [
  'Read the transaction: its status says what happened meanwhile.',
  'When it is in a block, wait until that block is final: nothing can take its place any more.',
]

const special: Partial<Record<ErrorCode, readonly string[]>> = {
  'payment-required': [
    'Read the offers: PAYMENT-REQUIRED for x402, WWW-Authenticate: Payment for MPP. They are for the same quote; pay one.',
    'Check amount, token, network and recipient against your own limits.',
    'Sign, and send the same method, path, query and body again with the credential, before the challenge expires.',
  ],
  'payment-insufficient': [
    'Do not sign again yet: the wallet cannot cover it.',
    'Fund the wallet, wait for its payments that are under way, or choose an offer on another network.',
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
    'Send a topUp credential to the same URL, by HEAD or POST, for at least what is missing.',
    'Then send the voucher again, with the fresh challenge of this answer.',
  ],
  'session-insufficient-balance': [
    'Keep the channel: nothing was charged.',
    'Sign a voucher for requiredCumulative or more; where that is above the deposit, top the channel up first.',
    'Send the same request with it and the fresh challenge of this answer.',
  ],
  'channel-pending': sameCredential,
  'policy-refused': [
    'Do not repeat the request: no rule of the policy has changed.',
    'Read the rules member: each rule that is not ok says what it allows.',
    'Ask for something that all of them allow, or let an owner edit the policy in the dashboard.',
  ],
  'cap-exceeded': [
    'Read the rules member: it says which cap is reached, and how much of it is used.',
    'Give a lower maxFee where the fees are the matter: until a transaction ends, as much as it may cost is reserved.',
    'Send the same request again, with the same idempotency key, when others have ended or after midnight UTC.',
  ],
  'simulation-reverted': [
    'Do not repeat the request as it is, unless the state of the chain is about to change.',
    'Read the reason: it is the contract’s own, decoded by the ABI that you sent where you sent one.',
    'Correct the call, and send it with a new idempotency key.',
  ],
  'idempotency-conflict': [
    'Read original: it is the transaction that this key stands for, and it goes on.',
    'When it is what you want, follow it and send nothing.',
    'Choose a new key for whatever else shall happen.',
  ],
  'not-cancellable': lookAgain,
  'not-possible': lookAgain,
  'answer-gone': [
    'Do not send this credential again; its purchase is complete.',
    'Use the answer that you were given then. If it is lost, buy again with a fresh challenge.',
  ],
  'payment-refunded': [
    'Expect the amount back on the paying wallet; no action of yours is needed.',
    'To buy again, take the fresh challenge of this answer.',
  ],
  'upstream-failed': [
    'Read the detail: it says whether nothing was charged or a refund is on its way.',
    'When you try again, begin without the old credential and take a fresh challenge.',
    'Back off: the seller’s API is failing, not this gateway.',
  ],
  'upstream-busy': [
    'Read the detail: it says whether nothing was charged or a refund is on its way.',
    'Wait as long as Retry-After says.',
    'Begin without the old credential then, and take a fresh challenge.',
  ],
  'upstream-timeout': [
    'Read the detail: it says whether nothing was charged or a refund is on its way.',
    'When you try again, begin without the old credential and take a fresh challenge.',
    'Ask for less work in one request, if the API allows it.',
  ],
}
