# syntax=docker/dockerfile:1
# One lp-kit server: data in /data, port 3000, an unprivileged user. The root file system can be read-only.
#
#   docker build -t lp-kit .
#   docker run -d --name lp-kit -p 127.0.0.1:3000:3000 -v lp-data:/data --read-only --tmpfs /tmp \
#     -e LP_WRITE_TOKEN=… lp-kit
FROM node:22-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build
# Removes the development dependencies, and adds @redis/client, which is optional for the package. Without --save-prod it
# would stay a development dependency, and be removed too.
RUN npm install --omit=dev --save-prod --ignore-scripts --no-audit --no-fund @redis/client@6

FROM node:22-slim
ENV NODE_ENV=production \
    LP_DATA=/data
WORKDIR /app
COPY --from=build /src/package.json /src/llms.txt ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/lp/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/cli.js"]
CMD ["serve", "--host", "0.0.0.0", "--allow-host", "localhost"]
