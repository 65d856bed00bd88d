import type { ResourceView } from '@/lib/merchants'
import { Amount } from '../amount'
import { Time } from '../time'
import { Card, CardHeader } from '../ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table'

/** Every price this resource had, newest first. */
export function PriceVersions({ prices }: { prices: ResourceView['prices'] }) {
  return (
    <Card aria-labelledby="prices-title">
      <CardHeader
        id="prices-title"
        title="Price versions"
        description="A quote keeps the price of its version for five minutes."
      />
      <Table>
        <caption className="sr-only">Price versions, newest first</caption>
        <TableHeader>
          <tr>
            <TableHead>Version</TableHead>
            <TableHead className="text-right">Price</TableHead>
            <TableHead className="text-right">From</TableHead>
          </tr>
        </TableHeader>
        <TableBody>
          {prices.map((price) => (
            <TableRow key={price.revision}>
              <TableCell className="tabular-nums">
                {price.revision}
                {price.validUntil === null && <span className="ml-2 text-xs text-muted-foreground">current</span>}
              </TableCell>
              <TableCell className="text-right">
                {price.priceMicros === 0n ? 'Free' : <Amount base={price.priceMicros} />}
              </TableCell>
              <TableCell className="text-right text-muted-foreground">
                <Time at={price.validFrom} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
