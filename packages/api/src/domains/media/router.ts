import type { MediaLink, MediaObject, UploadTicket } from '../../contract/index.ts'
import { completeUploadInput, createUploadInput, mediaLinkInput } from '../../contract/schemas/media.ts'
import { output } from '../../trpc/output.ts'
import { companyProcedure, sessionProcedure } from '../../trpc/procedures.ts'
import { completeUpload } from './complete-upload.ts'
import { createUpload } from './create-upload.ts'
import { link } from './link.ts'

/** Two uploads a second: more than a browser that records everything in short pieces. */
const UPLOADS = { name: 'media.createUpload', points: 120, seconds: 60 }

/** Uploads of candidates and links for reviewers. The bytes go over raw routes, never through here. */
export const mediaRouter = {
  createUpload: sessionProcedure('ist', UPLOADS)
    .input(createUploadInput)
    .output(output<UploadTicket>())
    .mutation(createUpload),
  completeUpload: sessionProcedure('ist', UPLOADS)
    .input(completeUploadInput)
    .output(output<MediaObject>())
    .mutation(completeUpload),
  // A mutation: that somebody got a link is written down.
  link: companyProcedure('reports.read').input(mediaLinkInput).output(output<MediaLink>()).mutation(link),
}
