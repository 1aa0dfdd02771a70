package io.gatun.dnsserver;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Mesos-DNS' short mark of a task in its canonical name: five characters of the z-base-32 form of its id's SHA-1. */
final class TaskHash {
    private static final String ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769";
    private static final int CHARACTERS = 5;
    private static final int BITS_PER_CHARACTER = 5;

    private TaskHash() {}

    static String of(String taskId) {
        byte[] digest = sha1(taskId.getBytes(StandardCharsets.UTF_8));
        long bits = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            bits = bits << 8 | (digest[i] & 0xff);
        }
        StringBuilder text = new StringBuilder(CHARACTERS);
        for (int i = 1; i <= CHARACTERS; i++) {
            text.append(ALPHABET.charAt((int) (bits >>> (Integer.SIZE - i * BITS_PER_CHARACTER)) & 0x1f));
        }
        return text.toString();
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-1", impossible);
        }
    }
}
