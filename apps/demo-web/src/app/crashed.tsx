import { common } from '#strings/common.ts'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'

/** A screen that threw. */
export function Crashed() {
  return (
    <main>
      <Page title={common.crashed.title} width="medium">
        <div role="alert" className="grid justify-items-start gap-4">
          <p>{common.crashed.text}</p>
          <Button variant="primary" onClick={() => location.reload()}>
            {common.crashed.reload}
          </Button>
        </div>
      </Page>
    </main>
  )
}
