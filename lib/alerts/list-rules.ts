import type { Reader } from '../ctx'
import { labelNetwork } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Amount } from '@/lib/money'
import * as Rule from './Rule'
import { ofReader } from './AlertView'

/** A rule for pages. */
export type RuleView = {
  id: string
  kind: Rule.AlertKind
  /** "An endpoint has accepted no delivery for 5 min". */
  words: string
  /** URL of its webhook endpoint; null: only the page. */
  endpointUrl: string | null
  enabled: boolean
  createdAt: string
  /** Number of its open alerts. */
  open: number
}

type RuleRow = Omit<RuleView, 'kind' | 'words' | 'createdAt'> & { kind: string; params: unknown; createdAt: Date }

/** Every rule of the reader, or its archived ones, enabled ones first. */
export async function listRules(reader: Reader, isArchived = false): Promise<RuleView[]> {
  const rows = await db.query<RuleRow>(sql`
    SELECT r.id, r.kind, r.params, e.url AS endpoint_url, r.enabled, r.created_at,
      (SELECT count(*)::int FROM alert a WHERE a.rule_id = r.id AND a.resolved_at IS NULL) AS open
    FROM alert_rule r LEFT JOIN webhook_endpoint e ON e.id = r.endpoint_id
    WHERE ${ofReader(reader)} AND (r.archived_at IS NOT NULL) = ${isArchived} ORDER BY r.enabled DESC, r.created_at DESC`)
  return rows.map(({ params, ...row }) => {
    const condition = Rule.stored(row.kind, params)
    return { ...row, kind: condition.kind, words: wordsOf(condition), createdAt: row.createdAt.toISOString() }
  })
}

function wordsOf(condition: Rule.AlertCondition): string {
  const { help } = Rule.kinds[condition.kind]
  if (condition.kind === 'gas') {
    const { symbol, decimals } = Rule.gasOf(condition.network)
    const amount = Amount.toDecimal(condition.belowBase, decimals)
    return `${help} ${amount} ${symbol} on ${labelNetwork(condition.network).name}`
  }
  return 'minutes' in condition ? `${help} ${condition.minutes} min` : help
}
