import { CircleAlert, CircleCheck, CircleX } from 'lucide-react'
import type { NetworkView } from '@/lib/execution'
import { Time } from '../time'
import { Badge } from '../ui/badge'
import { Card, CardHeader } from '../ui/card'
import { LaneTable } from './lane-table'

/** One network: can it be reached, where is its head, and how are our lanes. */
export function NetworkCard({ network }: { network: NetworkView }) {
  const { label, endpoints, lanes } = network
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
        actions={<Health network={network} />}
      />
      <dl className="grid gap-x-6 gap-y-2 border-t px-4 py-3 sm:grid-cols-2 lg:grid-cols-3">
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
        {endpoints.map((endpoint) => (
          <div key={endpoint.host} className="min-w-0">
            <dt className="truncate font-mono text-xs text-muted-foreground">{endpoint.host}</dt>
            <dd className="flex flex-wrap items-center gap-x-2">
              {endpoint.reachable ? (
                <>
                  <span className="tabular-nums">{endpoint.latencyMs} ms</span>
                  <span className="text-muted-foreground tabular-nums">
                    block {endpoint.head ? Number(endpoint.head).toLocaleString('en') : '–'}
                  </span>
                </>
              ) : (
                <span className="wrap-anywhere text-destructive">does not answer: {endpoint.error}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {lanes.length > 0 && <LaneTable lanes={lanes} network={label} />}
    </Card>
  )
}

function Health({ network }: { network: NetworkView }) {
  const down = network.endpoints.filter((endpoint) => !endpoint.reachable).length
  if (down === network.endpoints.length)
    return (
      <Badge tone="danger">
        <CircleX aria-hidden /> Unreachable
      </Badge>
    )
  if (network.lanes.some((lane) => lane.stuck))
    return (
      <Badge tone="warning">
        <CircleAlert aria-hidden /> Stuck
      </Badge>
    )
  if (down > 0)
    return (
      <Badge tone="warning">
        <CircleAlert aria-hidden /> {down} of {network.endpoints.length} down
      </Badge>
    )
  return (
    <Badge tone="success">
      <CircleCheck aria-hidden /> Reachable
    </Badge>
  )
}
