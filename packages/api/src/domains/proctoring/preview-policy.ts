import type { z } from 'zod'
import type { PolicyPreview } from '../../contract/index.ts'
import type { previewPolicyInput } from '../../contract/schemas/proctoring.ts'
import type { CompanyContext } from '../../core/context.ts'
import { evaluate } from './policy-engine.ts'

/** Shows what rules would decide about a sample of signals, by the very engine that judges sessions. Records nothing. */
export function previewPolicy({
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof previewPolicyInput>
}): Promise<PolicyPreview> {
  const { decisions } = evaluate(
    input.rules,
    input.signals.map((signal, position) => ({ seq: position, ...signal })),
  )
  const preview: PolicyPreview = { strikes: [], consequences: [] }
  for (const decision of decisions) {
    if (decision.type === 'strike') {
      const { signalSeqs: signals, ...strike } = decision.strike
      preview.strikes.push({ ...strike, signals })
    } else {
      preview.consequences.push({ ...decision.consequence, afterStrikes: preview.strikes.length })
    }
  }
  return Promise.resolve(preview)
}
