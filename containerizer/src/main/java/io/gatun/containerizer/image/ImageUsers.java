package io.gatun.containerizer.image;

import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.UserDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The users of an image, from its own /etc/passwd and /etc/group; and the user that it wants to run as. */
final class ImageUsers {
    private static final int MAX_BYTES = 4 << 20;
    private static final int ID_FIELD = 2;

    private final String passwd;
    private final String group;

    private ImageUsers(String passwd, String group) {
        this.passwd = passwd;
        this.group = group;
    }

    /** Reads both files; a missing one is empty. */
    static ImageUsers read(List<Path> layers) {
        return new ImageUsers(text(layers, "etc/passwd"), text(layers, "etc/group"));
    }

    private static String text(List<Path> layers, String path) {
        return ImageFiles.read(layers, path, MAX_BYTES)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }

    /**
     * A configuration whose user is known, with the database that knows it.
     *
     * @param users of the image; with one line more where the image asks for a group that is not the user's own
     */
    record Resolved(ContainerConfig config, UserDatabase users) {}

    /**
     * Applies the image's user, {@code user[:group]} by names or numbers, unless the container has one of its own.
     *
     * @throws ImageException when the image has no such user or group
     */
    Resolved apply(ContainerConfig config, String imageUser) {
        UserDatabase users = UserDatabase.parse(passwd, group);
        if (config.user().isPresent() || imageUser.isEmpty()) {
            return new Resolved(config, users);
        }
        int colon = imageUser.indexOf(':');
        String user = colon < 0 ? imageUser : imageUser.substring(0, colon);
        int uid = users.find(user.isEmpty() ? "0" : user)
                .orElseThrow(() -> new ImageException(
                        "image configuration: User=" + imageUser + ": is no user of the image's /etc/passwd"))
                .uid();
        if (colon < 0) {
            return new Resolved(config.withUser(Optional.of(user)), users);
        }
        int gid = gid(imageUser, imageUser.substring(colon + 1));
        // Found before any other line of this number; a name that no group lists as a member, so no other groups.
        String line = "\0image:x:" + uid + ":" + gid + "::/:\n";
        return new Resolved(
                config.withUser(Optional.of(Integer.toString(uid))), UserDatabase.parse(line + passwd, group));
    }

    private int gid(String imageUser, String wanted) {
        for (String line : group.lines().toList()) {
            String[] fields = line.split(":", -1);
            if (fields.length > ID_FIELD && fields[0].equals(wanted) && fields[ID_FIELD].matches("\\d{1,9}")) {
                return Integer.parseInt(fields[ID_FIELD]);
            }
        }
        if (wanted.matches("\\d{1,9}")) {
            return Integer.parseInt(wanted);
        }
        throw new ImageException("image configuration: User=" + imageUser + ": is no group of the image's /etc/group");
    }
}
