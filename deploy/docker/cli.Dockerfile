# The command line, for what has to be run where the services run and with their roles: doctor, shards, reconcile, forget.
FROM eclipse-temurin:25-jre
RUN groupadd --gid 10001 sluice \
 && useradd --uid 10001 --gid sluice --home-dir /app --no-create-home --shell /usr/sbin/nologin sluice
ENV JDK_JAVA_OPTIONS="-XX:+UseSerialGC -XX:MaxRAMPercentage=70 --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
WORKDIR /app
# Least often changed first.
COPY cli/target/lib/ lib/
COPY cli/target/sluice-cli.jar ./
USER 10001:10001
ENTRYPOINT ["java", "-jar", "sluice-cli.jar"]
