import { ListSkeleton } from '@/components/list/list-skeleton'

export default function Loading() {
  return <ListSkeleton rows={6} chips={0} />
}
