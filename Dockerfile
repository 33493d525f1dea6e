FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json spec.json ./
COPY scripts ./scripts
COPY schemas ./schemas
COPY src ./src
RUN npm run build
# All that runs: the bundle holds its dependencies; package.json makes Node take it for an ES module.
# Readable for everybody, whatever the modes of the checkout were.
RUN mkdir -p /connector/dist \
  && cp dist/main.js /connector/dist/ \
  && cp -R package.json spec.json schemas /connector/ \
  && chmod -R u=rwX,go=rX /connector && chmod 755 /connector/dist/main.js

FROM node:24-bookworm-slim
LABEL io.airbyte.name=src-pipedrive io.airbyte.version=0.1.0
# The platform runs connectors as uid 1000, and its documents require the name airbyte for that user. The base image
# calls it node.
RUN groupmod --new-name airbyte node \
  && usermod --login airbyte --home /airbyte --move-home node \
  && mkdir -p /airbyte && chown airbyte:airbyte /airbyte
COPY --from=build /connector /airbyte/connector
# Of the memory limit of the container, the rest is for new objects, three times 16 MB, and for what is not
# in the heap. Most objects live as long as one page: a space for new ones that holds several pages is seldom searched
# for what is still in use. A quarter of it would save some 25 MB and take a third more processor time
# (npm run bench:memory).
ENV AIRBYTE_ENTRYPOINT="/airbyte/connector/dist/main.js" \
    NODE_OPTIONS="--max-old-space-size-percentage=60 --max-semi-space-size=16"
USER airbyte
WORKDIR /airbyte
ENTRYPOINT ["/airbyte/connector/dist/main.js"]
