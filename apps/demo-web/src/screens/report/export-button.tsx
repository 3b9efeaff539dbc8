import { useMutation } from '@tanstack/react-query'
import { useVivaQueries } from '@viva/client/react'
import { Download } from 'lucide-react'
import { useId } from 'react'
import { report as strings } from '#strings/report.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/states.tsx'
import { saveFile } from './save-file.ts'

/** Saves the session's evidence bundle as a file. */
export function ExportButton({ companyId, sessionId }: { companyId: string; sessionId: string }) {
  const queries = useVivaQueries()
  const hintId = useId()
  const download = useMutation({
    ...queries.sessions.exportEvidence.mutationOptions(),
    onSuccess: (bundle) => {
      const file = new Blob([JSON.stringify(bundle, null, 2)], { type: 'application/json' })
      saveFile(file, strings.download.fileName(sessionId))
    },
  })
  return (
    <div className="grid justify-items-start gap-1 sm:max-w-72 sm:justify-items-end sm:text-right print:hidden">
      <Button
        aria-describedby={hintId}
        pending={download.isPending}
        onClick={() => download.mutate({ companyId, sessionId })}
      >
        <Download aria-hidden className="size-4" />
        {strings.download.label}
      </Button>
      <p id={hintId} className="text-xs text-muted">
        {strings.download.hint}
      </p>
      <p role="status" className="sr-only">
        {download.isSuccess ? strings.download.done : ''}
      </p>
      {download.isError && <Failure title={strings.download.failed} error={download.error} />}
    </div>
  )
}
