/** What a member may change. Reading needs no permission: every member sees everything of its merchant. */
export const permissions = [
  /** Resources, their prices and headers, and pausing. */
  'sell',
  /** Names, labels and access of payers. */
  'customers',
  /** API keys, webhooks, alert rules, remote facilitators and limits. */
  'integrate',
  /** Policies of executions, and transactions: retry, speed up, cancel. */
  'execute',
  /** Settlement schedules, channels, and checks of unknown payments. */
  'settle',
  /** Refunds of payments. */
  'refund',
  /** Notes and labels of payments, reports, and closing months. */
  'books',
  /** The addresses that receive the merchant's money. */
  'payouts',
  /** Members and invitations. */
  'members',
  /** The merchant's name, slug and deletion. */
  'shop',
] as const

export type MemberPermission = (typeof permissions)[number]

export const roles = ['owner', 'developer', 'finance', 'viewer'] as const

export type MemberRole = (typeof roles)[number]

/** The whole table of what each role may change. The members page prints it. */
export const permissionsOf: Record<MemberRole, readonly MemberPermission[]> = {
  owner: permissions,
  developer: ['sell', 'customers', 'integrate', 'execute'],
  finance: ['customers', 'settle', 'refund', 'books'],
  viewer: [],
}
