# Portolan: the control plane. Sources run as they are; there is no build step.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The definitions of Envoy's messages are read from a development dependency, so only what is heavy is left out.
RUN npm ci --ignore-scripts --no-audit --no-fund && rm -rf node_modules/node node_modules/node-bin-* node_modules/@biomejs node_modules/typescript

FROM node:26-slim
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY proto proto
COPY src src
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 18000 18080 18081
ENTRYPOINT ["bin/portolan"]
CMD ["serve", "--config", "/etc/portolan/portolan.yaml"]
