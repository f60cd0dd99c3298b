package dev.sluice.local.dynamodb;

import java.nio.file.Path;

/** Run in a child JVM, to be killed. */
final class LocalDynamoDbMain {
    private LocalDynamoDbMain() {}

    @SuppressWarnings("resource") // ends by being killed
    public static void main(String[] arguments) throws Exception {
        LocalDynamoDb dynamoDb = LocalDynamoDb.start(Path.of(arguments[0]), 0);
        System.out.println("ready " + dynamoDb.port());
        Thread.currentThread().join();
    }
}
