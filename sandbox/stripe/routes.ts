import { accountRoutes } from './accounts'
import { balanceRoutes } from './balance'
import { chargeRoutes } from './charges'
import { connectRoutes } from './connect'
import { cryptoRoutes } from './crypto'
import { disputeRoutes } from './dispute-routes'
import { endpointRoutes } from './endpoints'
import { eventRoutes } from './events'
import { intentRoutes } from './intents'
import { methodRoutes } from './methods'
import { payoutRoutes } from './payouts'
import { refundRoutes } from './refunds'
import { searchRoutes } from './search'
import { taxRoutes } from './tax'
import { testClockRoutes } from './test-clocks'
import { tokenRoutes } from './tokens'
import { warningRoutes } from './warnings'
import type { Route } from './world'

/** Fixed paths first: `search` is no id. */
const routes: Route[] = [
  ...searchRoutes,
  ...accountRoutes,
  ...balanceRoutes,
  ...chargeRoutes,
  ...connectRoutes,
  ...cryptoRoutes,
  ...disputeRoutes,
  ...endpointRoutes,
  ...eventRoutes,
  ...intentRoutes,
  ...methodRoutes,
  ...payoutRoutes,
  ...refundRoutes,
  ...taxRoutes,
  ...testClockRoutes,
  ...tokenRoutes,
  ...warningRoutes,
]

const compiled = routes.map((route) => ({
  route,
  names: [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name),
  pattern: new RegExp(`^${route.path.replaceAll(/:\w+/g, '([^/]+)')}$`),
}))

/** The route of a request with the parts of its path, or undefined. */
export function findRoute(method: string, path: string): { route: Route; path: Record<string, string> } | undefined {
  for (const { route, names, pattern } of compiled) {
    if (route.method !== method) continue
    const found = pattern.exec(path)
    if (found)
      return {
        route,
        path: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')])),
      }
  }
  return undefined
}
