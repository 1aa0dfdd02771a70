package io.gatun.isolator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The users and groups of a host or an image: passwd(5), group(5). Parsed here, not asked of libc: its getpwnam loads
 * name service modules into the agent, may talk to the network, and knows nothing of images.
 */
public final class UserDatabase {
    private static final int NAME = 0;
    private static final int UID = 2;
    private static final int PRIMARY = 3;
    private static final int GID = 2;
    private static final int MEMBERS = 3;
    /** setgroups(2): NGROUPS_MAX. */
    private static final int MAX_GROUPS = 65_536;

    private final List<String[]> users;
    private final List<String[]> groups;
    private final boolean strangersAreInGroupZero;

    private UserDatabase(List<String[]> users, List<String[]> groups, boolean strangersAreInGroupZero) {
        this.users = users;
        this.groups = groups;
        this.strangersAreInGroupZero = strangersAreInGroupZero;
    }

    /**
     * A host's. Lines with too few fields are passed over, as getpwent(3) does; a user number without a line is its own
     * group.
     */
    public static UserDatabase parse(String passwd, String group) {
        return new UserDatabase(lines(passwd, PRIMARY + 1), lines(group, MEMBERS), false);
    }

    /**
     * An image's, from the content of its files; empty for one that is missing. As with other engines a user number
     * without a line is in group 0: images for arbitrary users give their files to that group.
     */
    public static UserDatabase ofImage(byte[] passwd, byte[] group) {
        return new UserDatabase(
                lines(new String(passwd, StandardCharsets.UTF_8), PRIMARY + 1),
                lines(new String(group, StandardCharsets.UTF_8), MEMBERS),
                true);
    }

    private static List<String[]> lines(String text, int minFields) {
        return text.lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length >= minFields)
                .toList();
    }

    /**
     * Finds a user.
     *
     * @param user {@code USER} or {@code USER:GROUP}, each a name or a number. A group that is given is the only one, as
     *     with other engines: a user's further groups are those that the image gives to the user as it is listed there
     * @return empty when a name is not listed; {@link #missing} says which
     */
    public Optional<Identity> find(String user) {
        int colon = user.indexOf(':');
        Optional<Identity> identity = findUser(colon < 0 ? user : user.substring(0, colon));
        return colon < 0
                ? identity
                : identity.flatMap(
                        who -> group(user.substring(colon + 1)).map(gid -> new Identity(who.uid(), gid, List.of(gid))));
    }

    /** For an error message about a user that was not found: which part is not listed in which file. */
    public String missing(String user) {
        int colon = user.indexOf(':');
        String name = colon < 0 ? user : user.substring(0, colon);
        return findUser(name).isEmpty()
                ? "user=" + user + ": " + name + " is not in /etc/passwd"
                : "user=" + user + ": " + user.substring(colon + 1) + " is not in /etc/group";
    }

    private Optional<Identity> findUser(String user) {
        // A name of digits means that name, if it is listed: useradd(8) forbids it, some images have it.
        return lineOf(users, user)
                .or(() -> number(user).flatMap(uid -> lineOf(users, UID, uid)))
                .flatMap(line -> number(line[UID])
                        .flatMap(uid ->
                                number(line[PRIMARY]).map(gid -> new Identity(uid, gid, groupsOf(line[NAME], gid)))))
                .or(() -> number(user).map(uid -> {
                    int gid = strangersAreInGroupZero ? 0 : uid;
                    return new Identity(uid, gid, List.of(gid));
                }));
    }

    /**
     * Finds a group.
     *
     * @param group a name, or a number that need not be listed
     */
    public Optional<Integer> group(String group) {
        return lineOf(groups, group).flatMap(line -> number(line[GID])).or(() -> number(group));
    }

    /**
     * Adds supplementary groups to a user.
     *
     * @param names of groups, or numbers
     * @throws IllegalArgumentException for a name that is not listed
     */
    public Identity with(Identity who, List<String> names) {
        List<Integer> all = new ArrayList<>(who.groups());
        for (String name : names) {
            int gid = group(name)
                    .orElseThrow(() -> new IllegalArgumentException("groups=" + name + ": is not in /etc/group"));
            if (!all.contains(gid)) {
                all.add(gid);
            }
        }
        return new Identity(who.uid(), who.gid(), all);
    }

    private List<Integer> groupsOf(String name, int primary) {
        List<Integer> found = new ArrayList<>(List.of(primary));
        for (String[] line : groups) {
            boolean member = line.length > MEMBERS
                    && List.of(line[MEMBERS].split(",", -1)).contains(name);
            if (member && found.size() < MAX_GROUPS) {
                number(line[GID]).filter(gid -> !found.contains(gid)).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<String[]> lineOf(List<String[]> lines, String name) {
        return lines.stream().filter(line -> line[NAME].equals(name)).findFirst();
    }

    private static Optional<String[]> lineOf(List<String[]> lines, int field, int number) {
        return lines.stream()
                .filter(line -> number(line[field]).filter(n -> n == number).isPresent())
                .findFirst();
    }

    private static Optional<Integer> number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && Long.parseLong(text) <= Integer.MAX_VALUE
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }
}
