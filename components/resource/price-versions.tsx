import Link from 'next/link'
import { Time } from '../time'
import { Panel } from '../panel'
import { PriceWords } from './price-words'

/** A page of the price book. */
export type PriceVersion = {
  revision: number
  /** The price in sentences. */
  words: readonly string[]
  /** The author: a member's address, or a word; null if it was not recorded. */
  changedBy: string | null
  note: string
  validFrom: Date
  /** Null for the current one. */
  validUntil: Date | null
}

/** The current price of a resource, and since when it applies. */
export function CurrentPrice({ price, versions, href }: { price: PriceVersion; versions: number; href: string }) {
  return (
    <Panel
      isRegion
      title="What a call costs"
      actions={
        <Link href={href} className="rounded-sm text-sm text-brand hover:underline">
          Price book{versions > 1 && `, ${versions} versions`}
        </Link>
      }
      contentClassName="flex flex-col gap-2"
    >
      <PriceWords words={price.words} />
      <p className="text-xs text-muted-foreground">
        Since <Time at={price.validFrom} />. A quote keeps the price of its version for five minutes.
      </p>
    </Panel>
  )
}
