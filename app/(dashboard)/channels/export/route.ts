import { exportList } from '@/app/_lib/export-list'
import { ChannelFilter, exportChannels } from '@/lib/channels'

/** The channels of the list, with the same filters. */
export const GET = (request: Request) => exportList(request, 'channels', ChannelFilter.shape, exportChannels)
