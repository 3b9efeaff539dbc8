import { RouterProvider } from '@tanstack/react-router'
import { createViva, isVivaError } from '@viva/client'
import { VivaProvider } from '@viva/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { router } from './router.tsx'
import './styles.css'

const viva = createViva({
  storage: openStorage(),
  onError(error) {
    // That a session is not there, or not this user's, its page says; its log ends of the same.
    if (!isVivaError(error, 'NOT_FOUND')) reportError(error)
  },
})

const app = document.getElementById('app')
if (!app) throw new Error('index.html has no element for the app')
createRoot(app).render(
  <StrictMode>
    <VivaProvider viva={viva}>
      <RouterProvider router={router} />
    </VivaProvider>
  </StrictMode>,
)

/** Nothing where the browser blocks it, as it may on reading alone: the SDK then keeps what waits in memory. */
function openStorage(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}
