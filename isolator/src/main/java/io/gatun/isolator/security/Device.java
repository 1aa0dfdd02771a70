package io.gatun.isolator.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A device node in a container's /dev; mknod(2).
 *
 * @param path below /dev, as the container sees it
 * @param block or character device
 * @param major 0 to 4095
 * @param minor 0 to 1048575
 * @param access what the container's cgroup lets it do: some of r, w, m (mknod)
 * @param mode permission bits, 0 to 0777
 * @param uid owner
 * @param gid group
 */
public record Device(String path, boolean block, int major, int minor, String access, int mode, int uid, int gid) {
    private static final Pattern PATH = Pattern.compile("/dev(/[A-Za-z0-9_.:,+@=-]+)+");
    private static final Pattern ACCESS = Pattern.compile("r?w?m?");
    /** Links and mounts that every /dev of a container has: a node below them would lie somewhere else. */
    private static final List<String> TAKEN =
            List.of("fd", "pts", "shm", "mqueue", "ptmx", "stdin", "stdout", "stderr", "console", "core", "hugepages");

    private static final int MAX_MAJOR = (1 << 12) - 1;
    private static final int MAX_MINOR = (1 << 20) - 1;
    private static final int PERMISSIONS = 0777;
    private static final int S_IFMT = 0170000;
    private static final int S_IFBLK = 0060000;
    private static final int S_IFCHR = 0020000;

    public Device {
        require(PATH.matcher(path).matches(), "path", path, "must be below /dev, of A-Z a-z 0-9 _ . : , + @ = - and /");
        List<String> names = List.of(path.substring(1).split("/", -1));
        require(
                !names.contains("..") && !names.contains(".") && !TAKEN.contains(names.get(1)),
                "path",
                path,
                "must not be or lie below one of " + TAKEN + ", or contain . or ..");
        require(major >= 0 && major <= MAX_MAJOR, "major", major, "must be 0 to " + MAX_MAJOR);
        require(minor >= 0 && minor <= MAX_MINOR, "minor", minor, "must be 0 to " + MAX_MINOR);
        require(!access.isEmpty() && ACCESS.matcher(access).matches(), "access", access, "must be some of rwm");
        require((mode & ~PERMISSIONS) == 0, "mode", "0" + Integer.toOctalString(mode), "must be 0 to 0777");
        require(uid >= 0, "uid", uid, "must not be negative");
        require(gid >= 0, "gid", gid, "must not be negative");
    }

    private static void require(boolean holds, String field, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("devices." + field + "=" + value + ": " + rule);
        }
    }

    /**
     * A device of the host under the same or another name, with the host's owner and permissions.
     *
     * @param source on the host; links are followed
     * @throws IllegalArgumentException when it is no device, or cannot be looked at
     */
    public static Device of(Path source, String path, String access) {
        Map<String, Object> found;
        try {
            found = Files.readAttributes(source, "unix:mode,rdev,uid,gid");
        } catch (IOException e) {
            throw new IllegalArgumentException("devices.path=" + source + ": must be a device of the host: " + e, e);
        }
        int mode = (int) found.get("mode");
        int type = mode & S_IFMT;
        require(type == S_IFCHR || type == S_IFBLK, "path", source, "must be a character or block device");
        long number = (long) found.get("rdev");
        return new Device(
                path,
                type == S_IFBLK,
                // gnu_dev_major and gnu_dev_minor of sys/sysmacros.h
                (int) (((number >>> 8) & 0xfff) | ((number >>> 32) & ~0xfff)),
                (int) ((number & 0xff) | ((number >>> 12) & ~0xff)),
                access,
                mode & PERMISSIONS,
                (int) found.get("uid"),
                (int) found.get("gid"));
    }

    /** S_IFCHR or S_IFBLK with the permissions: what mknod(2) takes. */
    int type() {
        return (block ? S_IFBLK : S_IFCHR) | mode;
    }

    /** What mknod(2) takes: new_encode_dev of linux/kdev_t.h. */
    long number() {
        return (minor & 0xff) | ((long) major << 8) | ((minor & ~0xffL) << 12);
    }

    /** The rule for the container's cgroup: {@code c 10:200 rwm}. */
    public String rule() {
        return (block ? "b " : "c ") + major + ":" + minor + " " + access;
    }
}
