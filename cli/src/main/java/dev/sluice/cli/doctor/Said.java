package dev.sluice.cli.doctor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** What a failure says, in one line. */
final class Said {
    private static final int MOST_CHARS = 300;

    private Said() {}

    static String by(@Nullable Throwable failure) {
        if (failure instanceof AwsServiceException answer) {
            return line(answer.statusCode() + " " + code(answer) + ": " + message(answer));
        }
        Throwable root = Objects.requireNonNull(failure);
        String said = "";
        // The outermost that says something may only repeat the class name of what is inside.
        for (Throwable at = root; at != null; at = at.getCause()) {
            said = at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
            root = at;
        }
        return line(root.getMessage() == null ? said : root.getClass().getSimpleName() + ": " + said);
    }

    /** AWS' name for what is wrong, such as {@code AccessDenied}; empty when it gave none. */
    static String code(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    /** That the caller may not do this, whatever it is. */
    static boolean isDenied(AwsServiceException answer) {
        return answer.statusCode() == 403 || code(answer).startsWith("AccessDenied");
    }

    private static String message(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        String message = details == null ? answer.getMessage() : details.errorMessage();
        return message == null ? "" : message;
    }

    private static String line(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= MOST_CHARS ? line : line.substring(0, MOST_CHARS) + "…";
    }
}
