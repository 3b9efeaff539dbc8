/** Recordings and other uploads: what other domains and the server's raw routes may use. */
export { authorizeUpload } from './authorize-upload.ts'
export { isInPlace } from './internal.ts'
export { mediaOf } from './media-of.ts'
export { type OpenMedia, openMedia } from './open-media.ts'
export { storeUpload, type UploadRequest } from './store-upload.ts'
