import { RouterProvider } from '@tanstack/react-router'
import { createViva } from '@viva/client'
import { VivaProvider } from '@viva/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { router } from './router.tsx'
import './styles.css'

const viva = createViva({ storage: localStorage })

const app = document.getElementById('app')
if (!app) throw new Error('index.html has no element for the app')
createRoot(app).render(
  <StrictMode>
    <VivaProvider viva={viva}>
      <RouterProvider router={router} />
    </VivaProvider>
  </StrictMode>,
)
