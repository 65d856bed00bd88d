import { invalid } from './errors'
import type { Intent } from './objects'
import { readPage } from './wire'
import type { Call, Route } from './world'

type Clause = { field: string; key: string | undefined; operator: string; value: string; isNegated: boolean }

const clausePattern =
  /^(-?)([a-z_]+)(?:\[(?:'([^']+)'|"([^"]+)")\])?(:|~|>=|<=|>|<)(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(null)|(-?\d+))/

/** Stripe's search language: clauses that are all joined by AND (or a space), or all by OR. */
function parseQuery(query: string): { clauses: Clause[]; isAny: boolean } {
  const clauses: Clause[] = []
  const joins = new Set<string>()
  let rest = query.trim()
  while (rest !== '') {
    const found = clausePattern.exec(rest)
    if (!found)
      throw invalid(`We were unable to parse your search query. Try using the format "metadata['key']:'value'".`, {
        param: 'query',
      })
    const [whole, negation, field = '', quoted, doubleQuoted, operator = '', text, doubleText, none, digits] = found
    const value = text ?? doubleText
    clauses.push({
      field,
      key: quoted ?? doubleQuoted,
      operator,
      value: value === undefined ? (none ?? digits ?? '') : value.replace(/\\(.)/g, '$1'),
      isNegated: negation === '-',
    })
    rest = rest.slice(whole.length).trimStart()
    const [join = ''] = /^(AND|OR)\s+/i.exec(rest) ?? []
    if (rest !== '') joins.add(join.trim().toUpperCase() || 'AND')
    rest = rest.slice(join.length)
  }
  if (joins.size > 1) throw invalid('Search queries cannot mix AND and OR.', { param: 'query' })
  return { clauses, isAny: joins.has('OR') }
}

function valueOf(intent: Intent, { field, key }: Clause): string | undefined {
  if (field === 'metadata') return intent.metadata[key ?? '']
  const fields: Record<string, string | number | bigint | null> = {
    amount: intent.amount,
    created: intent.created,
    currency: intent.currency,
    customer: intent.customer,
    status: intent.status,
  }
  const value = fields[field]
  if (value === undefined)
    throw invalid(`Field \`${field}\` is an unsupported search field for resource \`payment_intents\`.`, {
      param: 'query',
    })
  return value === null ? undefined : String(value)
}

function isMatch(intent: Intent, clause: Clause): boolean {
  const value = valueOf(intent, clause)
  const { operator, value: wanted } = clause
  const numbers = () => [BigInt(value ?? '0'), BigInt(wanted)] as const
  const isTrue =
    operator === ':'
      ? (value ?? 'null') === wanted
      : operator === '~'
        ? value?.toLowerCase().includes(wanted.toLowerCase()) === true
        : value !== undefined && compare(operator, ...numbers())
  return isTrue !== clause.isNegated
}

const compare = (operator: string, left: bigint, right: bigint) =>
  operator === '>' ? left > right : operator === '<' ? left < right : operator === '>=' ? left >= right : left <= right

/** Finds what is older than the delay of the index: a new intent may be missing, and that proves nothing. */
function search(call: Call): unknown {
  const { params, world, account } = call
  const { clauses, isAny } = parseQuery(params.required('query'))
  const { limit } = readPage(call)
  const page = Number(params.text('page') ?? '0')
  params.done()
  const now = world.clock.now()
  const found = world.store
    .all('payment_intent', account)
    .filter((intent) => intent._searchableAt <= now)
    .filter((intent) =>
      isAny ? clauses.some((clause) => isMatch(intent, clause)) : clauses.every((clause) => isMatch(intent, clause)),
    )
    .toReversed()
  const data = found.slice(page * limit, (page + 1) * limit)
  const hasMore = found.length > (page + 1) * limit
  return {
    object: 'search_result',
    data,
    has_more: hasMore,
    next_page: hasMore ? String(page + 1) : null,
    url: call.url,
  }
}

export const searchRoutes: Route[] = [{ method: 'GET', path: '/v1/payment_intents/search', run: search }]
