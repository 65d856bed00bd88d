import { Skeleton } from '../ui/skeleton'

/** Placeholder of a list while it loads: header, chips, table and footer in their places. */
export function ListSkeleton({ rows = 12, chips = 6 }: { rows?: number; chips?: number }) {
  return (
    <div role="status" aria-label="Loading">
      <div className="mb-5 flex flex-col gap-2">
        <Skeleton className="h-7 w-40" />
        <Skeleton className="h-5 w-96 max-w-full" />
      </div>
      <div className="mb-3 flex flex-wrap gap-1.5">
        {Array.from({ length: chips }, (_, index) => (
          <Skeleton key={index} className="h-7 w-20" />
        ))}
      </div>
      <div className="overflow-hidden rounded-lg border bg-card">
        <div className="h-8 border-b" />
        {Array.from({ length: rows }, (_, index) => (
          <div key={index} className="flex h-10 items-center gap-6 border-b px-4 last:border-b-0">
            <Skeleton className="h-4 w-20" />
            <Skeleton className="h-5 w-24" />
            <Skeleton className="h-4 grow max-sm:hidden" />
            <Skeleton className="ml-auto h-4 w-16" />
          </div>
        ))}
      </div>
    </div>
  )
}

/** Placeholder of a detail page while it loads. */
export function DetailSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <div className="mb-5 flex flex-col gap-2">
        <Skeleton className="h-4 w-48" />
        <Skeleton className="h-7 w-72 max-w-full" />
        <Skeleton className="h-5 w-[30rem] max-w-full" />
      </div>
      <div className="grid gap-4 lg:grid-cols-[1fr_22rem]">
        <Skeleton className="h-[32rem] rounded-lg" />
        <Skeleton className="h-[26rem] rounded-lg" />
      </div>
      <Skeleton className="mt-4 h-64 rounded-lg" />
    </div>
  )
}
