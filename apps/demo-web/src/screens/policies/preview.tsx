import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { PolicyRules } from '@viva/client'
import { useViva } from '@viva/client/react'
import { proctoring } from '@viva/client/schemas'
import { useState } from 'react'
import { policies } from '#strings/policies.ts'
import { Card } from '../../ui/card.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { PreviewResult } from './preview-result.tsx'
import { inOrder, judge, takeSample, toSignals } from './sample.ts'
import { SampleEditor } from './sample-editor.tsx'
import { useSettled } from './use-settled.ts'

/** Long enough that typing a number asks once, short enough to seem at once. */
const SETTLED_AFTER_MS = 250

/** Shows live what rules would decide about a sample of signals. Rules with mistakes wait until they have none. */
export function Preview({ companyId, rules }: { companyId: string; rules: PolicyRules }) {
  const strings = policies.preview
  const viva = useViva()
  const [sample, setSample] = useState(() => takeSample('twoTabSwitches'))
  const isRight = proctoring.policyRulesInput.safeParse(rules).success
  const asked = useSettled(isRight ? { rules, signals: inOrder(sample) } : null, SETTLED_AFTER_MS)
  const preview = useQuery({
    queryKey: ['policy-preview', companyId, asked],
    queryFn: async () => {
      if (asked === null) return []
      const { signals } = asked
      const decided = await viva.api.proctoring.previewPolicy.mutate({
        companyId,
        rules: asked.rules,
        signals: toSignals(signals),
      })
      return judge(signals, decided)
    },
    enabled: asked !== null,
    // The same question has the same answer for ever.
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  })
  return (
    <Card title={strings.title} description={strings.text}>
      <div className="grid gap-6">
        <SampleEditor sample={sample} onChange={setSample} />
        <div className="grid gap-3">
          <h3 className="font-medium">{strings.result}</h3>
          {!isRight && <p className="text-sm text-warn">{strings.waiting}</p>}
          {preview.isError && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
          {preview.isPending && asked !== null && <Loading rows={3} />}
          {preview.data && <PreviewResult judged={preview.data} />}
        </div>
      </div>
    </Card>
  )
}
