# syntax=docker/dockerfile:1
# The Viva server, with the demo web app. Node 24 runs the server's TypeScript sources as they are; only the app is built.
# Workspace packages stay in packages/, reached through links: Node strips no types inside node_modules, which is
# why this is `pnpm install --prod` and not `pnpm deploy`.

FROM node:24-slim AS base
WORKDIR /app

FROM base AS dependencies
# The manifests alone, so that this layer is reused until a dependency changes.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches patches
COPY apps/server/package.json apps/server/
COPY packages/api/package.json packages/api/
COPY packages/db/package.json packages/db/
COPY packages/evidence/package.json packages/evidence/
RUN --mount=type=cache,target=/root/.local/share/pnpm/store \
    npx --yes "$(node -p 'require("./package.json").packageManager')" \
    install --prod --frozen-lockfile --filter '@viva/server...'

FROM base AS web
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json ./
COPY patches patches
COPY apps/demo-web/package.json apps/demo-web/
COPY packages/api/package.json packages/api/
COPY packages/client/package.json packages/client/
COPY packages/db/package.json packages/db/
COPY packages/evidence/package.json packages/evidence/
RUN --mount=type=cache,target=/root/.local/share/pnpm/store \
    npx --yes "$(node -p 'require("./package.json").packageManager')" \
    install --frozen-lockfile --filter '@viva/demo-web...'
# The app uses the client from its sources, and the client the contract.
COPY packages/evidence packages/evidence
COPY packages/db packages/db
COPY packages/api packages/api
COPY packages/client packages/client
COPY apps/demo-web apps/demo-web
RUN cd apps/demo-web && node_modules/.bin/vite build

FROM base
ENV NODE_ENV=production
COPY --from=dependencies /app ./
COPY packages/evidence packages/evidence
COPY packages/db packages/db
COPY packages/api packages/api
COPY apps/server apps/server
COPY --from=web /app/apps/demo-web/dist apps/demo-web/dist
# The one folder that the server writes to: uploads, and the embedded database where no DATABASE_URL is given.
RUN install -d -o node -g node .viva
VOLUME /app/.viva
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/readyz`).then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/server/src/main.ts"]
