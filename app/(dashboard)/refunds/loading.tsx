import { ListSkeleton } from '@/components/list/list-skeleton'

export default ListSkeleton
