export { forwardRequest, forwardUpgrade, type Target } from './forward-request'
export { startPages, type Pages } from './start-pages'
