import type { WebhookEndpointView } from '@/lib/webhooks'
import { Facts } from '../facts'
import { Time } from '../time'
import { Card, CardContent } from '../ui/card'
import { subscribedTo } from './subscribed-to'

/** The subscription of an endpoint and its state. */
export function EndpointFacts({ endpoint }: { endpoint: WebhookEndpointView }) {
  const { types, last4, previousUntil, failingSince, disabledAt, disabledWhy, waiting, createdAt } = endpoint
  return (
    <Card>
      <CardContent className="py-1">
        <Facts
          facts={[
            disabledAt !== null && {
              label: 'Switched off',
              value: (
                <>
                  {disabledWhy} <Time at={disabledAt} className="text-muted-foreground" />
                </>
              ),
            },
            disabledAt === null &&
              failingSince !== null && { label: 'No delivery since', value: <Time at={failingSince} /> },
            { label: 'Subscribed to', value: subscribedTo(types) },
            {
              label: 'Signing secret',
              value: (
                <>
                  <span className="font-mono text-xs">••••{last4}</span>
                  {previousUntil && (
                    <span className="text-muted-foreground">
                      , and the one before it until <Time at={previousUntil} format="absolute" />
                    </span>
                  )}
                </>
              ),
            },
            { label: 'Waiting', value: waiting },
            { label: 'Added', value: <Time at={createdAt} format="absolute" /> },
          ]}
        />
      </CardContent>
    </Card>
  )
}
