import Link from 'next/link'
import type { Outcome } from '../outcome'
import { Address } from '../address'
import { Time } from '../time'
import { Badge } from '../ui/badge'
import { Card, CardHeader } from '../ui/card'
import { PriceWords } from './price-words'
import type { PriceVersion } from './price-versions'
import { RestorePrice } from './restore-price'

type Props = {
  /** Newest first. */
  versions: readonly PriceVersion[]
  /** URL that compares a version with the one before it, and applies it to past sales. */
  hrefOf: (revision: number) => string
  /** The revision that is shown. */
  chosen: number
  /** Left out for viewers. */
  restore?: (to: number) => Promise<Outcome<null>>
}

/** All prices of a resource, newest first, with author and remark. */
export function PriceBook({ versions, hrefOf, chosen, restore }: Props) {
  return (
    <Card aria-labelledby="book-title" className="overflow-hidden">
      <CardHeader
        id="book-title"
        title="Versions"
        description="Each edit of the resource is a version. Newest first."
      />
      <ol className="divide-y border-t">
        {versions.map((version, index) => {
          const { revision, words, note, changedBy, validFrom, validUntil } = version
          const before = versions[index + 1]
          const isSame = before !== undefined && before.words.join('\n') === words.join('\n')
          return (
            <li key={revision} className="flex flex-col gap-1.5 px-4 py-3">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Link
                  href={hrefOf(revision)}
                  aria-current={revision === chosen ? 'true' : undefined}
                  className="rounded-sm font-medium tabular-nums hover:underline aria-[current]:text-brand"
                >
                  Version {revision}
                </Link>
                {validUntil === null && <Badge tone="brand">current</Badge>}
                <span className="ml-auto text-xs text-muted-foreground">
                  <Time at={validFrom} />
                </span>
              </div>
              {isSame ? (
                <p className="text-xs text-muted-foreground">Same price; another field was edited.</p>
              ) : (
                <PriceWords words={words} />
              )}
              <div className="flex flex-wrap items-center justify-between gap-2 text-xs text-muted-foreground">
                <span className="wrap-anywhere">
                  {note && <>“{note}” </>}
                  {changedBy && (
                    <>by {changedBy.startsWith('0x') ? <Address value={changedBy} label="member" /> : changedBy}</>
                  )}
                </span>
                {restore && validUntil !== null && !isCurrent(version, versions) && (
                  <RestorePrice revision={revision} words={words} restore={restore.bind(null, revision)} />
                )}
              </div>
            </li>
          )
        })}
      </ol>
    </Card>
  )
}

/** Whether restoring it would change nothing. */
function isCurrent({ words }: PriceVersion, versions: readonly PriceVersion[]): boolean {
  return versions[0]?.words.join('\n') === words.join('\n')
}
