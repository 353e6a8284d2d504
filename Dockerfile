FROM node:26-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# The image brings Node itself: the install script of the package "node" would fetch a second one.
RUN npm ci --ignore-scripts --no-audit --no-fund && rm -rf node_modules/node node_modules/.bin/node
COPY . .
RUN npm run build
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/node node_modules/.bin/node

FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/bin bin
COPY --from=build /build/package.json /build/LICENSE ./
RUN install -d -o node -g node -m 0750 /var/lib/octowatch
VOLUME /var/lib/octowatch
# By number, so that Kubernetes can verify runAsNonRoot; it is the user "node" of the image.
USER 1000:1000
EXPOSE 9464
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "/app/dist/src/main.js", "healthy"]
# The launcher gives V8 its flags by role, and becomes the program.
ENTRYPOINT ["node", "/app/bin/octowatch.mjs"]
CMD ["run", "--config", "/etc/octowatch/octowatch.yml"]
