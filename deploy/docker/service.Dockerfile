# One of the three services. JAR is its executable jar, relative to the repository:
#   docker build -f deploy/docker/service.Dockerfile --build-arg JAR=ingest-api/target/ingest-api-0.1.0-SNAPSHOT-exec.jar .

FROM eclipse-temurin:25-jre AS layers
ARG JAR
WORKDIR /layers
COPY ${JAR} app.jar
RUN ["java", "-Djarmode=tools", "-jar", "app.jar", "extract", "--layers", "--destination", "extracted"]

FROM eclipse-temurin:25-jre
RUN groupadd --gid 10001 sluice \
 && useradd --uid 10001 --gid sluice --home-dir /app --no-create-home --shell /usr/sbin/nologin sluice \
 && install --directory --owner=sluice --group=sluice --mode=0700 /journal
# Of ingest-api alone: mount a volume there that outlives the container. What is accepted and not yet sent is in it.
ENV SLUICE_INGEST_JOURNAL_DIRECTORY=/journal
# JDK_JAVA_OPTIONS is read by the java command itself, so no shell stands between the signal and the service.
ENV JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=70 -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
WORKDIR /app
COPY --chmod=0555 deploy/docker/healthcheck.sh /usr/local/bin/healthcheck
# Least often changed first.
COPY --from=layers /layers/extracted/dependencies/ ./
COPY --from=layers /layers/extracted/spring-boot-loader/ ./
COPY --from=layers /layers/extracted/snapshot-dependencies/ ./
COPY --from=layers /layers/extracted/application/ ./
# Starts as far as its beans and ends: what was loaded and linked on the way is kept, and saves the next start half its time. The
# values only satisfy the keys that have no default; nothing is called by them.
RUN SLUICE_STAGING_BUCKET=training SLUICE_LOADER_USERNAME=training \
    SLUICE_LOADER_JDBC_URL="jdbc:redshift://localhost/training?ssl=false" AWS_REGION=us-east-1 \
    java -XX:AOTCacheOutput=/app/app.aot -Dspring.context.exit=onRefresh -jar app.jar
ENV JDK_JAVA_OPTIONS="${JDK_JAVA_OPTIONS} -XX:AOTCache=/app/app.aot"
USER 10001:10001
ENTRYPOINT ["java", "-jar", "app.jar"]
