/** Every type of event, with its meaning in one line. The audit page filters by these. */
export const types = {
  'resource.created': 'A resource was made; data says whether it went on sale or is a draft.',
  'resource.published': 'A draft was put on sale.',
  'resource.updated': 'A resource was edited; data holds what changed.',
  'resource.paused': 'A resource was taken off sale for a while.',
  'resource.resumed': 'A resource was put back on sale.',
  'resource.archived': 'A resource was archived: it is off sale for good and keeps its address.',
  'resource.restored': 'An archived resource became a draft.',
  'resource.header_set': 'A secret upstream header was set or rotated; its value is never recorded.',
  'resource.header_removed': 'A secret upstream header was removed.',
  'merchant.created': 'A merchant was set up.',
  'merchant.updated': 'The name or the slug of a merchant was edited; data holds what changed.',
  'merchant.opened_by_operator': 'An operator opened the dashboard of a merchant.',
  'merchant.server_wallets_set': 'An operator set whether the wallets of this server pay for a merchant.',
  'merchant.payouts_requested': 'A change of the payout addresses was signed; it applies later, and data says when.',
  'merchant.payouts_changed': 'The payout addresses of a merchant changed; data holds both.',
  'merchant.payouts_cancelled': 'A change of the payout addresses that waited for its time was cancelled.',
  'merchant.paused': 'All resources of a merchant were taken off sale for a while.',
  'merchant.resumed': 'The resources of a merchant were put back on sale.',
  'member.added': 'A wallet may act for a merchant.',
  'member.role_set': 'The role of a member changed.',
  'member.removed': 'A wallet may no longer act for a merchant.',
  'invitation.created': 'A link that makes its first user a member was created; only its hash is stored.',
  'invitation.revoked': 'An invitation was revoked: its link is worthless.',
  'passkey.added': 'A passkey may sign in for a wallet; the wallet signed it.',
  'passkey.removed': 'A passkey may no longer sign in.',
  'session.created': 'A wallet signed in.',
  'session.ended': 'A wallet signed out.',
  'api_key.created': 'A key for programs was made; only its hash is stored.',
  'api_key.revoked': 'A key was revoked: its next request is refused.',
  'execution_policy.created': 'A policy for executions was created.',
  'execution_policy.updated': 'A policy for executions was edited: a new version; data holds what changed.',
  'execution_policy.archived': 'A policy for executions was archived.',
  'intent.accepted': 'A request to execute was allowed by its policy and simulated; data holds the decision.',
  'intent.refused': 'A request to execute was refused; data says by which rule, cap or simulation.',
  'intent.budget_settled': 'The unused part of a transaction’s reservation was released from its policy’s caps.',
  'payment.accepted': 'A credential was verified and claimed.',
  'payment.upstream_answered': 'The upstream answered.',
  'payment.settling': 'The payment was added to a settlement batch.',
  'payment.captured': 'The answer cost less than the signed maximum; only its cost is charged.',
  'payment.settled': 'The transfer was found on chain.',
  'payment.reorged':
    'The block of its transfer left the chain: the booking is reversed until the chain shows the transfer again.',
  'payment.settlement_failed': 'The chain proves that the transfer did not happen.',
  'payment.delivered': 'The agent has its answer, or can fetch it again.',
  'payment.voided': 'Nothing was charged, and the credential is not accepted again.',
  'payment.refund_due': 'The money moved, but no answer was delivered: a refund is due.',
  'payment.refund_requested':
    'A member or a program requested that a delivered payment is refunded, in full or in part; data holds what is left.',
  'payment.refund_cancelled': 'A requested refund was withdrawn before any money left.',
  'payment.kept': 'The paid action failed at least in part, and its price is kept; data says why.',
  'payment.refund_sent':
    'The refund was queued for execution, or the merchant named the transaction of its own wallet.',
  'payment.refund_failed': 'The chain proves that the refund’s transaction did not pay it: the refund is due again.',
  'payment.refunded': 'The refund is on chain.',
  'payment.refund_reorged':
    'The block of the refund left the chain: the refund counts as sent until the chain shows it again.',
  'bazaar.listed':
    'A resource of another server was listed after a payment through the facilitator; the data names the server.',
  'access.used': 'A wallet used its paid access and got an answer without another payment; data names the wallet.',
  'payer.noted':
    'A merchant’s note on a payer was edited: its label, allowed or denied, or the mark of the merchant’s own wallet.',
  'payer.gate_set': 'The list of resources that serve only allowed payers was edited; data holds it.',
  'budget.set': 'The owner of a wallet set a budget for its purchases here; data holds the limits.',
  'budget.removed': 'The owner of a wallet removed a budget.',
  'channel.opening': 'An agent’s opening transaction was queued for execution.',
  'channel.opened': 'The deposit was found on chain: its vouchers are accepted from now on.',
  'channel.failed': 'The chain proves that the opening transaction opened no channel.',
  'channel.charged': 'Deliveries were charged to a channel; data holds the vouchers.',
  'channel.released': 'The reservation of a stopped process on a channel was released.',
  'channel.given_back': 'A charge was reversed: the chain proves that its action did not happen.',
  'channel.topped_up': 'The deposit of a channel grew on chain.',
  'channel.close_requested': 'The payer requested a close on chain: the channel can no longer pay.',
  'channel.close_cancelled': 'The payer cancelled its close request.',
  'channel.settling': 'A settlement of a channel was queued for execution.',
  'channel.handed_over':
    'A remote facilitator was asked to claim what was spent on a channel; the chain shows the outcome.',
  'channel.claimed': 'The chain shows the claim that a remote facilitator was asked for; data holds the transaction.',
  'channel.settled': 'The chain shows the amount that a voucher paid or claimed for the payee.',
  'channel.settlement_failed': 'The chain proves that a settlement did not happen.',
  'channel.closing': 'The closing of a channel was queued for execution.',
  'channel.closed': 'A channel was closed on chain, and the rest of its deposit went back to the payer.',
  'channel.refunded': 'A part of a deposit went back to its payer; the channel stays open with the rest.',
  'channel.reopened': 'A new deposit opened a closed channel again.',
  'channel.parked': 'A channel is due and cannot be settled; data says why.',
  'channel.reorged': 'A reorganisation changed the state of a channel on chain.',
  'policy.updated': 'The settlement schedule or the limits of channels were edited.',
  'batch.submitted': 'A settlement batch was queued for execution.',
  'batch.applied': 'The outcome of every payment of a batch was booked.',
  'batch.failed': 'The batch’s transaction moved nothing.',
  'transaction.queued': 'An on-chain call was requested.',
  'transaction.simulated': 'It was simulated; data holds the outcome.',
  'transaction.signed': 'An attempt was signed and stored.',
  'transaction.broadcast': 'Stored bytes were sent; data holds what the node answered.',
  'transaction.replaced': 'A further attempt with higher fees was signed for the same nonce.',
  'transaction.cancel_asked':
    'Its cancellation was requested, or its deadline has passed: another transaction will use its nonce.',
  'transaction.speed_up_asked': 'Its replacement with higher fees was requested.',
  'transaction.resumed': 'It resumed after a hold.',
  'transaction.cancelled': 'It was cancelled: it never ran and never will.',
  'transaction.included': 'It is in a block.',
  'transaction.reorged': 'Its block is no longer part of the chain.',
  'transaction.safe': 'Its block is safe.',
  'transaction.final': 'Its block is final.',
  'transaction.reverted': 'It ran and reverted.',
  'transaction.held': 'It waits for something (funds, a cap) and resumes by itself.',
  'transaction.expired': 'It can no longer be included.',
  'transaction.failed': 'It is proven that it never ran and never will.',
  'facilitator.upstream_added': 'A remote facilitator was added; routes may name it.',
  'facilitator.upstream_updated':
    'The settings of a remote facilitator were edited; its credentials are never recorded.',
  'facilitator.upstream_switched': 'A remote facilitator was switched on or off.',
  'facilitator.route_set': 'The route of a network was set: the parties that may settle, in order of preference.',
  'facilitator.limits_set': 'The limits of an API key at the facilitator were edited.',
  'facilitator.false_claim': 'A remote facilitator reported a settlement, and the chain proves that there was none.',
  'books.payment_noted': 'A merchant’s label or note about a payment was edited.',
  'payment.payer_asked': 'The payer asked for its money back, or reported a problem; data holds which.',
  'payment.payer_answered': 'A member answered what the payer asked.',
  'payment.moved_late': 'A payment that counted as failed moved on chain later.',
  'webhook.endpoint_created': 'An endpoint for webhooks was set up.',
  'webhook.endpoint_updated': 'An endpoint for webhooks was edited; data holds what changed.',
  'webhook.endpoint_disabled': 'Deliveries to an endpoint stopped; data says why.',
  'webhook.endpoint_enabled': 'An endpoint gets events again.',
  'webhook.endpoint_archived': 'An endpoint was archived: it is off and hidden from the list.',
  'webhook.endpoint_restored': 'An archived endpoint is listed again; it is off.',
  'webhook.secret_rotated': 'An endpoint got a new signing secret; for a day the old one signs too.',
  'webhook.given_up': 'A webhook failed for days and is no longer retried automatically.',
  'webhook.resent': 'A webhook was sent again manually.',
  'alert.rule_created': 'A rule for alerts was set up.',
  'alert.rule_switched': 'A rule for alerts was switched on or off.',
  'alert.rule_archived': 'A rule for alerts was archived: it is off and hidden from the list.',
  'alert.rule_restored': 'An archived rule for alerts is listed again; it is off.',
  'alert.opened': 'A rule is met; data names the subject.',
  'alert.resolved': 'The condition of an alert has ended.',
  'month.closed': 'A month of a merchant’s books was closed; data holds the digest of its sealed file.',
  'books.view_saved': 'A member saved a view of a list.',
  'books.view_deleted': 'A member deleted a saved view.',
  'books.settings_updated': 'The account numbers of a merchant’s journal were edited.',
  'audit.redacted': 'The personal data of an event was deleted; its leaf in the log still proves the event.',
  'audit.anchored': 'A checkpoint of this log was queued for execution, to be written on chain.',
  'reconcile.difference': 'The ledger and the chain differ.',
  'reconcile.sum_corrected': 'A running sum differed from the total of its entries and was corrected.',
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
