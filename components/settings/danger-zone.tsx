import Link from 'next/link'
import type { ComponentProps } from 'react'
import type { ClosingObstacle } from '@/lib/settlement'
import { Panel } from '../panel'
import { CloseShop } from './close-shop'

type Props = ComponentProps<typeof CloseShop> & {
  /** What must be finished first. */
  obstacles: readonly ClosingObstacle[]
}

/** The end of a shop: what must be finished before it, and the way to it. */
export function DangerZone({ obstacles, ...close }: Props) {
  return (
    <Panel
      title="Close the shop"
      description="For good: nothing is sold any more, and the slug stays taken. The books stay readable."
      className="border-destructive/40"
    >
      {obstacles.length === 0 ? (
        <CloseShop {...close} />
      ) : (
        <>
          <p>Not yet possible:</p>
          <ul className="mt-1 list-disc pl-5" aria-label="What must be finished">
            {obstacles.map(({ words, href }) => (
              <li key={words}>
                <Link href={href} className="underline underline-offset-4">
                  {words}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}
