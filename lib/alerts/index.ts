export { checkAlerts } from './check-alerts'
export { createRule } from './create-rule'
export {
  countOpenAlerts,
  listOpenAlerts,
  listResolvedAlerts,
  listRules,
  type AlertView,
  type RuleView,
} from './list-alerts'
export * as Rule from './Rule'
export { setRuleStatus } from './set-rule-status'
