# The Sluice server. Built from source; the second stage holds nothing but a Java runtime and the program.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q -pl server -am -Dmaven.test.skip=true \
    package dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/opt/sluice/lib \
 && cp server/target/sluice-server-*.jar /opt/sluice/lib/

FROM eclipse-temurin:17-jre
RUN useradd --system --uid 15400 --home-dir /nonexistent --shell /usr/sbin/nologin sluice
COPY --from=build /opt/sluice /opt/sluice
USER sluice
EXPOSE 15400
ENV SLUICE_JAVA_OPTS="-XX:+UseParallelGC -XX:MaxRAMPercentage=70"
ENTRYPOINT ["sh", "-c", "exec java -Duser.timezone=UTC -Dfile.encoding=UTF-8 $SLUICE_JAVA_OPTS -cp '/opt/sluice/lib/*' dev.sluice.server.Main \"$@\"", "sluice"]
CMD ["server", "--config", "/etc/sluice/sluice.yaml"]
