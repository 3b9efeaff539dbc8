import type { DemoAccount } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'

/**
 * The log-ins of the demo, for a page that offers them in one click; none where the server has no demo, or does not show
 * it. Who runs the server decides whether everybody may read these passwords: a demo's only.
 */
export function demoAccounts({ ctx }: { ctx: AppContext }): Promise<readonly DemoAccount[]> {
  return Promise.resolve(ctx.demoAccounts?.() ?? [])
}
