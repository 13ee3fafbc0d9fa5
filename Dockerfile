# layertap with Chromium, for CI: docker build -t layertap .
# docs/ci.md shows how to use it.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /layertap .

FROM debian:stable-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates chromium fonts-liberation fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /layertap /usr/local/bin/layertap
ENV LAYERTAP_BROWSER=/usr/bin/chromium LANG=C.UTF-8
WORKDIR /work
# CI systems start a shell in the image, so there is no entry point. They run it as root, and
# then Chromium has no sandbox: open only pages that you trust.
CMD ["layertap", "-h"]
