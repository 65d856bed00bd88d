import { Card, CardContent, CardHeader } from '../ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table'
import { PriceWords } from './price-words'
import type { PriceVersion } from './price-versions'

type Props = {
  before: PriceVersion
  after: PriceVersion
  /** The differences, part by part: removed, added, or both. */
  changes: readonly { from?: string; to?: string }[]
}

/** Two versions of a price: the differences in words, and both side by side. */
export function PriceDiff({ before, after, changes }: Props) {
  const [old, fresh] = [before.words, after.words]
  return (
    <Card aria-labelledby="diff-title" className="overflow-hidden">
      <CardHeader
        id="diff-title"
        title={`From version ${before.revision} to version ${after.revision}`}
        description={changes.length === 0 ? 'The price is the same.' : undefined}
      />
      {changes.length > 0 && (
        <>
          <CardContent>
            <ul className="flex list-disc flex-col gap-1 pl-4">
              {changes.map(({ from, to }, index) => (
                <li key={index} className="wrap-anywhere tabular-nums">
                  {sentence(from, to)}
                </li>
              ))}
            </ul>
          </CardContent>
          <div className="border-t">
            <Table>
              <caption className="sr-only">Both versions side by side</caption>
              <TableHeader>
                <tr>
                  <TableHead className="w-1/2">Version {before.revision}</TableHead>
                  <TableHead className="w-1/2">Version {after.revision}</TableHead>
                </tr>
              </TableHeader>
              <TableBody>
                <TableRow>
                  <TableCell className="align-top whitespace-normal">
                    <PriceWords words={old} marked={old.filter((line) => !fresh.includes(line))} />
                  </TableCell>
                  <TableCell className="align-top whitespace-normal">
                    <PriceWords words={fresh} marked={fresh.filter((line) => !old.includes(line))} />
                  </TableCell>
                </TableRow>
              </TableBody>
            </Table>
          </div>
        </>
      )}
    </Card>
  )
}

function sentence(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return `New: ${to ?? ''}`
  if (to === undefined) return `No more: ${from}`
  return `${to}, instead of ${from}`
}
