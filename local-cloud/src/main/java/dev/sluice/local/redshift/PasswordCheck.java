package dev.sluice.local.redshift;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** Asks a client for its password the way Redshift's driver can answer: salted MD5. */
final class PasswordCheck {
    private static final int ASK_MD5 = 5;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PasswordCheck() {}

    /** Whether the client may come in; asks nothing when there is no password. */
    static boolean passes(String user, Optional<String> password, DataInputStream in, ClientOutput out)
            throws IOException {
        if (password.isEmpty()) {
            return true;
        }
        byte[] salt = new byte[4];
        RANDOM.nextBytes(salt);
        var question = new ByteArrayOutputStream();
        question.writeBytes(new byte[] {0, 0, 0, ASK_MD5});
        question.writeBytes(salt);
        out.send('R', question.toByteArray());
        out.flush();
        if (in.read() != 'p') {
            return false;
        }
        byte[] answer = Wire.readBody(in);
        return MessageDigest.isEqual(answer, Wire.zeroEnded(expected(user, password.get(), salt)));
    }

    static String expected(String user, String password, byte[] salt) {
        String inner = md5((password + user).getBytes(StandardCharsets.UTF_8), new byte[0]);
        return "md5" + md5(inner.getBytes(StandardCharsets.US_ASCII), salt);
    }

    private static String md5(byte[] text, byte[] salt) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(text);
            digest.update(salt);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
