package io.gatun.isolator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The users and groups of a host: passwd(5), group(5). Parsed here, not asked of libc: its getpwnam loads name service
 * modules into the agent and may talk to the network.
 */
public final class UserDatabase {
    private static final int NAME = 0;
    private static final int UID = 2;
    private static final int GID = 3;
    private static final int MEMBERS = 3;

    private final List<String[]> users;
    private final List<String[]> groups;

    private UserDatabase(List<String[]> users, List<String[]> groups) {
        this.users = users;
        this.groups = groups;
    }

    /** Parses the content of both files; lines with too few fields are passed over, as getpwent(3) does. */
    public static UserDatabase parse(String passwd, String group) {
        return new UserDatabase(lines(passwd, GID + 1), lines(group, MEMBERS));
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
     * @param user a name, or a number; a number that no line has is its own group
     * @return empty for a name that no line has
     */
    public Optional<Identity> find(String user) {
        Optional<Integer> number = number(user);
        for (String[] line : users) {
            if (line[NAME].equals(user) || (number.isPresent() && number.equals(number(line[UID])))) {
                return number(line[UID])
                        .flatMap(uid ->
                                number(line[GID]).map(gid -> new Identity(uid, gid, groupsOf(line[NAME], gid))));
            }
        }
        return number.map(uid -> new Identity(uid, uid, List.of(uid)));
    }

    private List<Integer> groupsOf(String name, int primary) {
        List<Integer> found = new ArrayList<>(List.of(primary));
        for (String[] line : groups) {
            boolean member = line.length > MEMBERS
                    && List.of(line[MEMBERS].split(",", -1)).contains(name);
            if (member) {
                number(line[2]).filter(gid -> !found.contains(gid)).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Integer> number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && Long.parseLong(text) <= Integer.MAX_VALUE
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }
}
