import { Skeleton } from './ui/skeleton'

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
