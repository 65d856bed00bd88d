'use client'

import { lazy, type ComponentType } from 'react'

/**
 * The fields of a dialog as code of their own, which the page does not load. Give `load` to the dialog too: a person who points at its trigger
 * has them before it opens.
 */
export function lazyFields<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const Fields = lazy(() => load().then((found) => ({ default: found })))
  return { Fields, load }
}
