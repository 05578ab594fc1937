# Portolan: the control plane.
FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY LICENSE tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN node scripts/prepack.mjs && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:26-slim
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json LICENSE ./
COPY bin bin
COPY proto proto
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 18000 18080 18081
ENTRYPOINT ["/app/bin/portolan"]
CMD ["serve", "--config", "/etc/portolan/portolan.yaml"]
