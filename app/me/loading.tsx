import { ListSkeleton } from '@/components/list/list-skeleton'

export default function Loading() {
  return <ListSkeleton rows={10} chips={5} />
}
