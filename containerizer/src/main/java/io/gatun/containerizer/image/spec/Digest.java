package io.gatun.containerizer.image.spec;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names content by its hash; OCI image specification, descriptor.md, "Digests".
 *
 * @param algorithm {@code sha256} or {@code sha512}, the registered ones
 * @param hex 64 or 128 lower-case hexadecimal digits
 */
public record Digest(String algorithm, String hex) {
    private static final Pattern FORM = Pattern.compile("(sha256):([0-9a-f]{64})|(sha512):([0-9a-f]{128})");

    public Digest {
        if (!FORM.matcher(algorithm + ":" + hex).matches()) {
            throw invalid(algorithm + ":" + hex);
        }
    }

    /**
     * Parses {@code sha256:HEX} or {@code sha512:HEX}.
     *
     * @throws ImageException for anything else
     */
    public static Digest parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw invalid(text);
        }
        return matcher.group(1) != null
                ? new Digest(matcher.group(1), matcher.group(2))
                : new Digest(matcher.group(3), matcher.group(4));
    }

    /** The sha256 of bytes. */
    public static Digest of(byte[] content) {
        return sha256(sha256().digest(content));
    }

    /** A finished sha256 as a digest. */
    public static Digest sha256(byte[] hash) {
        return new Digest("sha256", HexFormat.of().formatHex(hash));
    }

    /** A new sha256. */
    public static MessageDigest sha256() {
        return hash("SHA-256");
    }

    /** A new hash of this digest's algorithm. */
    public MessageDigest start() {
        return hash(algorithm.equals("sha256") ? "SHA-256" : "SHA-512");
    }

    /** Whether a finished hash is this digest. Time does not matter here: digests are public. */
    public boolean matches(byte[] hash) {
        return HexFormat.of().formatHex(hash).equals(hex);
    }

    /** Where a content-addressed directory has it: {@code directory/algorithm/hex}. */
    public Path in(Path directory) {
        return directory.resolve(algorithm).resolve(hex);
    }

    /** The first digits, for logs. */
    public String brief() {
        return hex.substring(0, 12);
    }

    private static MessageDigest hash(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(name + " is in every JDK", e);
        }
    }

    private static ImageException invalid(String text) {
        return new ImageException("digest=" + text + ": must be sha256: and 64, or sha512: and 128, of 0-9 a-f");
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
