import { DetailSkeleton } from '@/components/list/list-skeleton'

export default function Loading() {
  return <DetailSkeleton />
}
