'use client'

import type { ReactNode } from 'react'

type Mark = { value: number; label: string }

type Props = {
  /** From the bottom up, the first at 0, the last at the top. */
  marks: readonly Mark[]
  /** Labels below the axis, each at its share of the width. */
  ticks: readonly { at: number; label: string }[]
  /** What the pointer is at: its share of the width, and words for it. */
  pointed?: { at: number; bubble: ReactNode } | undefined
  /** The drawing, in a box of the plot's size. */
  children: ReactNode
}

/** The frame of a chart: value axis, grid, time axis and the bubble at the pointer. Plain markup, drawn by the server too. */
export function Plot({ marks, ticks, pointed, children }: Props) {
  const top = marks.at(-1)?.value ?? 1
  return (
    <div className="grid h-full grid-cols-[auto_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_1.25rem] gap-x-2 pt-2 text-[11px] text-muted-foreground">
      <div className="relative min-w-8 tabular-nums">
        {/* Gives the column the width of its widest label. */}
        <div className="invisible flex h-0 flex-col">
          {marks.map(({ value, label }) => (
            <span key={value}>{label}</span>
          ))}
        </div>
        {marks.map(({ value, label }) => (
          <span
            key={value}
            className="absolute right-0 translate-y-1/2 leading-none"
            style={{ bottom: `${(100 * value) / top}%` }}
          >
            {label}
          </span>
        ))}
      </div>
      <div className="relative">
        {marks.map(({ value }) => (
          <div
            key={value}
            className="absolute inset-x-0 border-t border-border"
            style={{ bottom: `${(100 * value) / top}%` }}
          />
        ))}
        {children}
        {pointed && <Bubble at={pointed.at}>{pointed.bubble}</Bubble>}
      </div>
      <div className="relative col-start-2">
        {ticks.map(({ at, label }) => (
          <span
            key={at}
            className="absolute top-1.5 leading-none whitespace-nowrap tabular-nums"
            // The first and the last label stay within the chart.
            style={{ left: `${100 * at}%`, transform: `translateX(-${Math.round(100 * at)}%)` }}
          >
            {label}
          </span>
        ))}
      </div>
    </div>
  )
}

function Bubble({ at, children }: { at: number; children: ReactNode }) {
  return (
    <div
      className="pointer-events-none absolute top-1 z-10 w-max max-w-56 rounded-md bg-popover px-2.5 py-1.5 text-xs text-popover-foreground tabular-nums shadow-overlay"
      style={at < 0.5 ? { left: `calc(${100 * at}% + 0.75rem)` } : { right: `calc(${100 * (1 - at)}% + 0.75rem)` }}
    >
      {children}
    </div>
  )
}
