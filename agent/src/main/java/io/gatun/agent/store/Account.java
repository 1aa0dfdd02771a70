package io.gatun.agent.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A user of this host, passwd(5).
 *
 * @param name its name; the number again for one that has no line in the file
 * @param uid user id
 * @param gid its primary group
 */
public record Account(String name, int uid, int gid) {
    private static final Path PASSWD = Path.of("/etc/passwd");
    private static final int MIN_FIELDS = 4;

    /** The account of this process: the owner of its directory in /proc, which is its effective user (proc(5)). */
    public static Account ofThisProcess() {
        try {
            Path self = Path.of("/proc/self/stat");
            int uid = (int) Files.getAttribute(self, "unix:uid");
            int gid = (int) Files.getAttribute(self, "unix:gid");
            return new Account(
                    find(PASSWD, String.valueOf(uid)).map(Account::name).orElse(String.valueOf(uid)), uid, gid);
        } catch (IOException e) {
            throw new UncheckedIOException("stat /proc/self/stat: " + e, e);
        }
    }

    /**
     * Looks a user up.
     *
     * @param nameOrUid a name, or a number; a number without a line in /etc/passwd gets the group of that number
     */
    public static Optional<Account> find(String nameOrUid) {
        return find(PASSWD, nameOrUid);
    }

    static Optional<Account> find(Path passwd, String nameOrUid) {
        try {
            for (String line : Files.readAllLines(passwd, StandardCharsets.ISO_8859_1)) {
                String[] fields = line.split(":", -1);
                if (fields.length >= MIN_FIELDS && (fields[0].equals(nameOrUid) || fields[2].equals(nameOrUid))) {
                    return Optional.of(new Account(
                            fields[0], Integer.parseUnsignedInt(fields[2]), Integer.parseUnsignedInt(fields[3])));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("read " + passwd + ": " + e, e);
        } catch (NumberFormatException e) {
            throw new IllegalStateException(passwd + ": line of user " + nameOrUid + " has no numeric ids", e);
        }
        try {
            int id = Integer.parseUnsignedInt(nameOrUid);
            return Optional.of(new Account(nameOrUid, id, id));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
