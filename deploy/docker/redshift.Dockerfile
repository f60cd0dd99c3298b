# The stand-in for Redshift, for those who run the line on LocalStack, which has none. Its libraries are those of the command line.
FROM eclipse-temurin:25-jre
# PostgreSQL refuses to run as a user without a name. /data gets its owner here: a new volume takes it over.
RUN groupadd --gid 10001 sluice \
 && useradd --uid 10001 --gid sluice --home-dir /app --no-create-home --shell /usr/sbin/nologin sluice \
 && install --directory --owner=sluice --group=sluice --mode=0700 /data
ENV JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=40 -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
WORKDIR /app
COPY --chmod=0555 deploy/docker/healthcheck.sh /usr/local/bin/healthcheck
COPY cli/target/lib/ lib/
USER 10001:10001
VOLUME /data
ENTRYPOINT ["java", "-cp", "lib/*", "dev.sluice.local.LocalRedshiftMain"]
