import type { ShownFigures } from '@/components/report/month-table'
import { labelNetwork, labelToken } from '@/lib/chains'
import { Figures } from '@/lib/reports'

/** Figures with the names of their network and token. */
export function shownFigures<Row extends Figures.MonthFigures>(row: Row): Row & ShownFigures {
  return {
    ...row,
    networkName: labelNetwork(row.network).name,
    token: labelToken(row.network, row.asset),
    netBase: Figures.netOf(row),
  }
}
