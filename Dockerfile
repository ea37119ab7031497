# The program and nothing else, for a user without rights. Not built anywhere yet: no Docker where it was written.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --release --locked --bin jubilee && mkdir /data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/target/release/jubilee /usr/local/bin/jubilee
# The embedded store's folder, ./data by default.
COPY --from=build --chown=nonroot:nonroot /data /srv/data
WORKDIR /srv
ENV JUBILEE_LISTEN=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["jubilee"]
