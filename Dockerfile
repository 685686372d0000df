# The Sluice server and its command line. Built from source; the second stage holds nothing but a Java runtime and the program.
# Behind a mirror: docker build --build-arg BUILD_IMAGE=... --build-arg RUNTIME_IMAGE=... .
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-17
ARG RUNTIME_IMAGE=eclipse-temurin:17-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
# The goal runs in every module, and each has its own idea of versions: what counts is what the server module resolves.
RUN mvn -B -q -pl server -am -Dmaven.test.skip=true package dependency:copy-dependencies -DincludeScope=runtime \
 && mkdir -p /opt/sluice \
 && mv server/target/dependency /opt/sluice/lib \
 && cp server/target/sluice-server-*.jar /opt/sluice/lib/

FROM ${RUNTIME_IMAGE}
COPY --from=build /opt/sluice /opt/sluice
COPY docker/sluice.sh /usr/local/bin/sluice
RUN chmod 0755 /usr/local/bin/sluice \
 && useradd --uid 15400 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin sluice
USER sluice
EXPOSE 15400
ENTRYPOINT ["sluice"]
CMD ["server", "--config", "/etc/sluice/sluice.yaml"]
