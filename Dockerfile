FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json spec.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim
LABEL io.airbyte.name=src-pipedrive io.airbyte.version=0.1.0
# The platform runs connectors as uid 1000 and its documents want that user to be called airbyte; the base image calls it node.
RUN groupmod --new-name airbyte node \
  && usermod --login airbyte --home /airbyte --move-home node \
  && mkdir -p /airbyte && chown airbyte:airbyte /airbyte
WORKDIR /airbyte/connector
# The bundle holds its dependencies; package.json makes Node take it for an ES module.
COPY package.json spec.json ./
COPY schemas ./schemas
COPY --from=build /build/dist/main.js ./dist/main.js
# Whatever the modes of the checkout were.
RUN chmod -R a+rX .
ENV AIRBYTE_ENTRYPOINT="/airbyte/connector/dist/main.js" \
    NODE_OPTIONS="--max-old-space-size-percentage=75"
USER airbyte
ENTRYPOINT ["/airbyte/connector/dist/main.js"]
