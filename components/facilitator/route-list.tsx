import { ArrowRight } from 'lucide-react'
import type { RouteView } from '@/lib/remote-facilitators'
import { NetworkName } from '../network-name'
import type { Outcome } from '../outcome'
import { Badge } from '../ui/badge'
import { RouteDialog, type TargetChoice } from './route-dialog'

type Props = {
  routes: readonly RouteView[]
  /** This server first, then the merchant's facilitators. */
  choices: readonly TargetChoice[]
  editable: boolean
  save: (network: string, scheme: string, targets: readonly string[]) => Promise<Outcome<null>>
}

const descriptions = {
  payments:
    'The first healthy facilitator gets a payment. After it may have sent the payment, no other facilitator gets it.',
  channels:
    'The first healthy facilitator claims what was spent on channels and pays it out. This server always sends deposits and refunds itself.',
}

/** The facilitators of each network and scheme, in order of preference. */
export function RouteList({ routes, choices, editable, save }: Props) {
  const nameOf = (target: string) => choices.find(({ value }) => value === target)?.label ?? 'A deleted facilitator'
  return (
    <ul className="divide-y border-t">
      {routes.map(({ network, scheme, targets }) => (
        <li key={`${network.network}|${scheme}`} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
          <div className="w-40 shrink-0 max-sm:flex-1">
            <NetworkName network={network.network} name={network.name} className="font-medium" />
            <p className="font-mono text-xs text-muted-foreground">{scheme}</p>
          </div>
          <ol className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5 max-sm:order-last max-sm:basis-full">
            {targets.map((target, index) => (
              <li key={target} className="flex items-center gap-1.5">
                {index > 0 && <ArrowRight aria-hidden className="size-3.5 text-muted-foreground" />}
                <Badge tone={target === 'local' ? 'neutral' : 'info'}>{nameOf(target)}</Badge>
              </li>
            ))}
          </ol>
          {editable && (
            <RouteDialog
              title={`${scheme} on ${network.name}`}
              description={descriptions[scheme === 'batch-settlement' ? 'channels' : 'payments']}
              targets={targets}
              choices={choices}
              save={save.bind(null, network.network, scheme)}
            />
          )}
        </li>
      ))}
    </ul>
  )
}
