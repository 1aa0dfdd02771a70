package io.gatun.containerizer.image.unpack;

import io.gatun.ffm.Errno;
import io.gatun.ffm.file.At;
import io.gatun.ffm.file.OpenFile;

/**
 * Puts attributes on files, in the one order that keeps them all: fchown(2) clears set-user-id and capabilities, a
 * write would change the time. An agent that is not root owns all that it unpacks, and sets no file capabilities.
 */
final class FileAttributes {
    private final boolean privileged;

    FileAttributes(boolean privileged) {
        this.privileged = privileged;
    }

    /** An open regular file or directory. */
    void apply(int fd, String path, Attributes wanted) {
        if (privileged) {
            OpenFile.chown(fd, wanted.uid(), wanted.gid(), path);
        }
        OpenFile.chmod(fd, wanted.permissions(), path);
        wanted.xattrs().forEach((name, value) -> {
            if (privileged || name.startsWith("user.")) {
                setXattr(fd, path, name, value);
            }
        });
        OpenFile.setTimes(fd, wanted.mtimeSeconds(), wanted.mtimeNanos(), path);
    }

    private static void setXattr(int fd, String path, String name, byte[] value) {
        long result = OpenFile.trySetXattr(fd, name, value);
        // A user's attribute or a list of rights is lost where the file system has none, as with cp(1); a capability is
        // not: the program would fail in a way that nobody could explain.
        if (result == -Errno.ENOTSUP && !name.startsWith("security.")) {
            return;
        }
        Errno.check(result, "fsetxattr " + name, path);
    }

    /** A FIFO, by its name in an open directory that nobody else writes to. */
    void applyToNode(int directory, String name, Attributes wanted) {
        if (privileged) {
            At.chown(directory, name, wanted.uid(), wanted.gid());
        }
        At.chmod(directory, name, wanted.permissions());
        At.setTimes(directory, name, wanted.mtimeSeconds(), wanted.mtimeNanos());
    }

    /** A symbolic link, which has no permissions. */
    void applyToLink(int directory, String name, Attributes wanted) {
        if (privileged) {
            At.chown(directory, name, wanted.uid(), wanted.gid());
        }
        At.setTimes(directory, name, wanted.mtimeSeconds(), wanted.mtimeNanos());
    }
}
