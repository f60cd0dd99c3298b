package dev.sluice.local.kinesis;

/** Amazon resource names of an account that isn't. */
final class Arn {
    static final String ACCOUNT = "000000000000";
    private static final String PREFIX = "arn:aws:kinesis:us-east-1:" + ACCOUNT + ":stream/";

    private Arn() {}

    static String of(String streamName) {
        return PREFIX + streamName;
    }

    /** The stream's name in an ARN of any region and account. */
    static String streamName(String arn) {
        int slash = arn.indexOf(":stream/");
        if (!arn.startsWith("arn:") || slash < 0) {
            throw ApiException.validation("Value '" + arn + "' at 'streamARN' is not the ARN of a stream");
        }
        return arn.substring(slash + ":stream/".length());
    }
}
