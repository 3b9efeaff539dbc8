import type { Page } from 'playwright-core'

/** Has the server do the page's next call of a mutation, and loses its answer on the way back. */
export async function loseAnswer(page: Page, procedure: string): Promise<void> {
  await page.route(
    `**/trpc/${procedure}`,
    async (route) => {
      await route.fetch()
      await route.abort('connectionreset')
    },
    { times: 1 },
  )
}
