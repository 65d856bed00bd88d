import { CircleAlert, CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import type { BaseFees, NetworkHealth } from '@/lib/execution'
import { Gwei } from '../gas'
import { Time } from '../time'
import { Badge } from '../ui/badge'
import { Card, CardHeader } from '../ui/card'
import { BaseFeeChart } from './base-fee-chart'
import { EndpointTable } from './endpoint-table'

/** One network: its head, the health of its endpoints, and its recent base fees. */
export function NetworkCard({ network, fees }: { network: NetworkHealth; fees: BaseFees }) {
  const { label, endpoints } = network
  const now = fees.samples.at(-1)
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title={label.name}
        description={
          <>
            <span className="font-mono">{label.network}</span>
            {label.local ? ' · local chain, test money' : label.testnet && ' · test money'}
          </>
        }
        actions={<Summary network={network} />}
      />
      <dl className="flex flex-wrap gap-x-10 gap-y-2 border-t px-4 py-3">
        <div>
          <dt className="text-xs text-muted-foreground">Head</dt>
          <dd className="font-medium tabular-nums">
            {network.head ? Number(network.head).toLocaleString('en') : 'not known'}
            {network.headAt && (
              <span className="ml-2 font-normal text-muted-foreground">
                made <Time at={network.headAt} />
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt className="text-xs text-muted-foreground">Base fee</dt>
          <dd className="font-medium">
            {now ? <Gwei wei={now.weiPerGas} /> : <span className="tabular-nums">not known</span>}
            {now && (
              <span className="ml-2 font-normal text-muted-foreground">
                <Time at={now.at} />
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt className="text-xs text-muted-foreground">Ours, last 6 hours</dt>
          <dd className="font-medium tabular-nums">{transactions(fees.transactions.length)}</dd>
        </div>
      </dl>
      <EndpointTable endpoints={endpoints} network={label.name} />
      <BaseFeeChart fees={fees} network={label.name} />
    </Card>
  )
}

function transactions(count: number): string {
  return count === 1 ? '1 transaction' : `${count.toLocaleString('en')} transactions`
}

/** The health of all endpoints in one badge. Private endpoints do not count: nothing is read from them. */
function Summary({ network }: { network: NetworkHealth }) {
  const shared = network.endpoints.filter((endpoint) => !endpoint.isPrivate)
  const known = shared.filter(({ state }) => state !== null)
  const healthy = known.filter(({ state }) => state === 'closed').length
  if (known.length === 0)
    return (
      <Badge>
        <CircleDashed aria-hidden /> Not known
      </Badge>
    )
  if (healthy === 0)
    return (
      <Badge tone="danger">
        <CircleX aria-hidden /> {known.length === 1 ? 'Does not answer' : 'None answers'}
      </Badge>
    )
  if (healthy < known.length)
    return (
      <Badge tone="warning">
        <CircleAlert aria-hidden /> {healthy} of {known.length} in use
      </Badge>
    )
  return (
    <Badge tone="success">
      <CircleCheck aria-hidden /> Reachable
    </Badge>
  )
}
