import { RouterProvider } from '@tanstack/react-router'
import { createViva } from '@viva/client'
import { VivaProvider } from '@viva/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { router } from './router.tsx'
import './styles.css'

const viva = createViva({ storage: openStorage() })

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
