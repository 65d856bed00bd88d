/** Every type of event, with its meaning in one line. The audit page filters by these. */
export const types = {
  'resource.created': 'A resource was put on sale.',
  'resource.updated': 'A resource was edited; data holds what changed.',
  'resource.paused': 'A resource was taken off sale.',
  'resource.resumed': 'A resource was put back on sale.',
  'resource.header_set': 'A secret upstream header was set or rotated; its value is never recorded.',
  'resource.header_removed': 'A secret upstream header was removed.',
  'merchant.created': 'A merchant was set up.',
  'member.added': 'A wallet may act for a merchant.',
  'session.created': 'A wallet signed in.',
  'session.ended': 'A wallet signed out.',
  'api_key.created': 'A key for programs was made; only its hash is stored.',
  'api_key.revoked': 'A key was revoked: its next request is refused.',
  'execution_policy.created': 'A policy for executions was made.',
  'execution_policy.updated': 'A policy for executions was edited: a new version; data holds what changed.',
  'execution_policy.archived': 'A policy for executions was taken out of use.',
  'intent.accepted': 'A request to execute was allowed by its policy and simulated; data holds the decision.',
  'intent.refused': 'A request to execute was refused; data says by which rule, cap or simulation.',
  'intent.budget_settled': 'What a transaction did not use of its policy’s caps was given back.',
  'payment.accepted': 'A credential was verified and claimed.',
  'payment.upstream_answered': 'The upstream answered.',
  'payment.settling': 'The payment was handed to a settlement batch.',
  'payment.captured': 'The answer came to less than was signed for: only that is charged.',
  'payment.settled': 'The transfer was found on chain.',
  'payment.reorged':
    'The block that held its transfer left the chain: what was booked is taken back until the chain shows it again.',
  'payment.settlement_failed': 'The transfer is proven not to have happened.',
  'payment.delivered': 'The agent has its answer, or can fetch it again.',
  'payment.voided': 'Nothing was charged and nothing will be.',
  'payment.refund_due': 'Money had moved without an answer: it goes back.',
  'payment.kept': 'What was bought did not happen as a whole, and its price is kept; data says why.',
  'payment.refund_sent': 'The refund was handed to execution.',
  'payment.refund_failed': 'The refund’s transaction is proven to have moved nothing: it is sent anew later.',
  'payment.refunded': 'The refund is on chain.',
  'payment.refund_reorged':
    'The block that held the refund left the chain: it counts as sent until the chain shows it again.',
  'bazaar.listed':
    'A resource of another server was listed after a payment through the facilitator; the data names the server.',
  'access.used': 'A wallet that had paid came back, and had its answer without paying; data holds which.',
  'payer.noted':
    'What a merchant holds of a payer was edited: its label, whether it is allowed or denied, or one of the merchant’s own.',
  'payer.gate_set': 'Where only allowed payers are served was edited; data says where.',
  'channel.opening': 'An agent’s opening transaction was handed to execution.',
  'channel.opened': 'The deposit was found on chain: its vouchers are taken from now on.',
  'channel.failed': 'The opening transaction is proven not to have opened a channel.',
  'channel.charged': 'Deliveries were charged to a channel; data holds the vouchers.',
  'channel.released': 'What a dead process held of a channel was given back.',
  'channel.given_back': 'A charge was given back: what it bought is proven not to have happened.',
  'channel.topped_up': 'The deposit of a channel grew on chain.',
  'channel.close_requested': 'The payer asked the chain to close: no service from now on.',
  'channel.close_cancelled': 'The payer took its request to close back.',
  'channel.settling': 'A settlement of a channel was handed to execution.',
  'channel.handed_over':
    'A remote facilitator was asked to claim what was spent on a channel; the chain shows the outcome.',
  'channel.claimed': 'The chain shows the claim that another facilitator was asked for; data holds the transaction.',
  'channel.settled': 'The chain shows what a voucher paid the payee, or claimed for it.',
  'channel.settlement_failed': 'A settlement is proven not to have happened.',
  'channel.closing': 'The closing of a channel was handed to execution.',
  'channel.closed': 'A channel was closed on chain and the rest given back.',
  'channel.refunded': 'A part of a deposit went back to its payer; the channel goes on with the rest.',
  'channel.reopened': 'A closed channel was filled again.',
  'channel.parked': 'A channel is due and cannot be settled; data says why.',
  'channel.reorged': 'What the chain says of a channel changed back.',
  'policy.updated': 'When channels are settled, or what they are held to, was edited.',
  'batch.submitted': 'A settlement batch was handed to execution.',
  'batch.applied': 'The outcome of every payment of a batch was booked.',
  'batch.failed': 'The batch’s transaction did not move anything.',
  'transaction.queued': 'An on-chain call was asked for.',
  'transaction.simulated': 'It was simulated; data holds the outcome.',
  'transaction.signed': 'An attempt was signed and stored.',
  'transaction.broadcast': 'Stored bytes were sent; data holds what the node answered.',
  'transaction.replaced': 'A further attempt with higher fees was signed for the same nonce.',
  'transaction.cancel_asked': 'Somebody, or its deadline, wants it cancelled: something else will take its nonce.',
  'transaction.speed_up_asked': 'Somebody wants it replaced with higher fees now.',
  'transaction.resumed': 'It goes on after it was held.',
  'transaction.cancelled': 'It was cancelled: it never ran and never will.',
  'transaction.included': 'It is in a block.',
  'transaction.reorged': 'Its block is no longer part of the chain.',
  'transaction.safe': 'Its block is safe.',
  'transaction.final': 'Its block is final.',
  'transaction.reverted': 'It ran and reverted.',
  'transaction.held': 'It waits for something (funds, a cap) and resumes by itself.',
  'transaction.expired': 'It can no longer be included.',
  'transaction.failed': 'It is proven that it never ran and never will.',
  'facilitator.upstream_added': 'Another facilitator may be let settle.',
  'facilitator.upstream_updated':
    'What is known of an upstream facilitator was edited; its credentials are never recorded.',
  'facilitator.upstream_switched': 'An upstream facilitator was switched on or off.',
  'facilitator.route_set': 'Who settles on a network was chosen, in order of preference.',
  'facilitator.limits_set': 'What an API key may have facilitated was edited.',
  'facilitator.false_claim': 'An upstream facilitator said that it had settled, and the chain proves that it had not.',
  'payment.moved_late': 'A payment that counted as failed moved on chain after all.',
  'webhook.endpoint_created': 'An endpoint for webhooks was set up.',
  'webhook.endpoint_updated': 'An endpoint for webhooks was edited; data holds what changed.',
  'webhook.endpoint_disabled': 'Nothing is sent to an endpoint any more; data says why.',
  'webhook.endpoint_enabled': 'An endpoint gets events again.',
  'webhook.secret_rotated': 'An endpoint got a new signing secret; the old one signs too for a day.',
  'webhook.given_up': 'A webhook was tried for days and is not tried again by itself.',
  'webhook.resent': 'A webhook was sent again by hand.',
  'alert.rule_created': 'A rule for alerts was set up.',
  'alert.rule_switched': 'A rule for alerts was switched on or off.',
  'alert.opened': 'A rule is met; data says of what.',
  'alert.resolved': 'What an alert told of is over.',
  'audit.redacted': 'What an event disclosed was deleted; its place in the log still proves that it was there.',
  'audit.anchored': 'A checkpoint of this log was handed to execution, to be written on chain.',
  'reconcile.difference': 'The books and the chain disagree.',
  'reconcile.sum_corrected': 'A running sum was not what its entries come to, and was put right.',
} as const

export type EventType = keyof typeof types

/** One event, and the ids of what it is about. `data` must be safe to show: no secrets, no full signatures. */
export type AuditEvent = {
  type: EventType
  merchantId?: string | undefined
  resourceId?: string | undefined
  paymentId?: string | undefined
  /** Lower-case channel id on chain. */
  channelId?: string | undefined
  batchId?: string | undefined
  transactionId?: string | undefined
  data?: Record<string, unknown> | undefined
  /**
   * Members of the data that may have to be deleted one day: names, choices and addresses of people. The log holds a salted
   * commitment to each; pages and exports show the value until `redactEvent` deletes it.
   */
  sensitive?: Record<string, unknown> | undefined
}
