import { Check } from 'lucide-react'
import { cn } from '../ui/cn'

const steps = ['Shop', 'API and price', 'First sale'] as const

/** Where the reader is on the way into business. `current` counts from 0. */
export function StartSteps({ current }: { current: number }) {
  return (
    <ol aria-label="Steps" className="mb-6 flex flex-wrap gap-x-6 gap-y-2 text-sm">
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={index === current ? 'step' : undefined}
          className={cn('flex items-center gap-2', index === current ? 'font-medium' : 'text-muted-foreground')}
        >
          <span
            className={cn(
              'flex size-5 items-center justify-center rounded-full border text-xs tabular-nums',
              index === current && 'border-foreground',
              index < current && 'border-success text-success',
            )}
          >
            {index < current ? <Check aria-hidden className="size-3" /> : index + 1}
          </span>
          {step}
          {index < current && <span className="sr-only"> (done)</span>}
        </li>
      ))}
    </ol>
  )
}
